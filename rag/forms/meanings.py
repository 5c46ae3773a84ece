"""Words that news uses for one and the same act or thing: a question and its answer seldom choose the same one."""

from functools import lru_cache

from rag.words import fold, stem

# Groups are small and of near synonyms; a word may be in several. Nothing follows from them but that two words may speak
# of the same matter: what is said of it is read elsewhere.
_GROUPS = """
attend attends attended attending participate represent represented participant partake join joined present
lead leads led leading head headed heads chair chaired
settle settled finalise finalised finalize finalized final confirm confirmed decide decided fix determine determined certain
venue location place site
meet meeting meetings summit talks talk negotiation negotiations dialogue discussion discussions consultation encounter
call phone telephone phoned
speak speaks spoke spoken talk talked conversation
discuss discussed discussion debate talk talked address raise touch negotiate
want wants wanted demand demands demanded seek seeks sought intend intends plan plans aim aims goal goals insist insists
    expect expects hope hopes promise promises require requires request requested urge urged push ready
    propose proposes proposed proposal offer offered
say said says tell told state stated declare declared announce announced claim claimed describe described call called
    explain explained warn warned argue argued add added stress stressed suggest suggested note noted
think thinks believe believes expect expects view views see sees opinion consider
cancel cancelled canceled cancellation scrap scrapped abandon abandoned drop dropped withdraw withdrew withdrawn
lift lifted lifting remove removed removal drop dropped end ended ease eased repeal repealed scrap scrapped revoke revoked
impose imposed introduce introduced levy levied enact enacted
resign resigned resignation quit quits
fire fired sack sacked dismiss dismissed oust ousted remove removed
appoint appointed name named nominate nominated hire hired
die died death deaths dead kill killed fatal fatality
injure injured injury injuries hurt wound wounded
visit visited visiting travel travelled traveled trip tour
sign signed signing agree agreed agreement deal accord pact treaty
statement communique declaration
begin begins began begun start starts started starting open opens opened launch launched commence
end ends ended finish finished conclude concluded close closed over
delay delayed postpone postponed suspend suspended halt halted
win wins won victory beat beats defeat defeated triumph
lose loses lost defeat loss
rise rises rose risen increase increased grow grew climb climbed gain gained jump jumped
fall falls fell fallen decrease decreased decline declined drop dropped shrink shrank
buy buys bought purchase purchased acquire acquired acquisition
sell sells sold sale
build builds built construct constructed construction erect erected
destroy destroyed demolish demolished ruin ruined wreck wrecked
arrest arrested detain detained custody
charge charged indict indicted accuse accused accusation
convict convicted guilty sentence sentenced
release released free freed
attack attacked assault assaulted raid raided strike struck bomb bombed
ban bans banned prohibit prohibited forbid forbidden outlaw outlawed block blocked
allow allowed permit permitted approve approved approval authorise authorised authorize authorized
reject rejected refuse refused decline declined deny denied
reveal revealed disclose disclosed publish published release released
cost costs price worth pay paid
hire hired employ employed recruit recruited
leave left exit withdraw withdrew
arrive arrived reach reached land landed
marry married marriage wed wedding
born birth
found founded establish established create created set
close closed shut shutter closure
reopen reopened reopening
move moved relocate relocated relocation
test tested trial
vote voted ballot election elect elected poll
ground soil territory land
country nation state countries
firm firms company companies business businesses
child children kid kids
car cars vehicle vehicles
work works worked teach teaches taught professor lecturer employed
worker workers staff employee employees
fire blaze flames
storm hurricane typhoon cyclone
result results outcome outcomes breakthrough breakthroughs
issue issues topic topics subject subjects question questions matter matters
tariff tariffs duty duties
face-to-face person
last lasts lasted duration long
cause caused causes reason
help helped aid assist assisted support supported
"""


def share_meaning(one: str, other: str) -> bool:
    """Whether two stems are the same or stand for the same act or thing."""
    return one == other or other in list_alike(one)


@lru_cache(maxsize=8_192)
def list_alike(word: str) -> frozenset[str]:
    """The stems that may speak of the same matter as a stem, itself included."""
    return frozenset({word}).union(*(group for group in _read_groups() if word in group))


@lru_cache(maxsize=1)
def _read_groups() -> tuple[frozenset[str], ...]:
    # A line that is indented goes on with the group above it.
    lines = _GROUPS.strip().replace("\n    ", " ").splitlines()
    return tuple(frozenset(stem(fold(word)) for word in line.split()) for line in lines)
