"""The words that the rules for follow-ups know."""

MONTHS = frozenset("january february march april may june july august september october november december".split())
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())

# What a country is called as one side of something, and what is put before a noun for it.
_DEMONYMS = """us=U.S. usa=U.S. america=American china=Chinese prc=Chinese uk=British britain=British russia=Russian eu=EU
    germany=German france=French japan=Japanese korea=Korean india=Indian iran=Iranian israel=Israeli ukraine=Ukrainian
    taiwan=Taiwanese australia=Australian canada=Canadian italy=Italian spain=Spanish mexico=Mexican brazil=Brazilian
    turkey=Turkish poland=Polish greece=Greek norway=Norwegian sweden=Swedish denmark=Danish finland=Finnish
    ireland=Irish scotland=Scottish wales=Welsh england=English egypt=Egyptian kenya=Kenyan nigeria=Nigerian
    pakistan=Pakistani vietnam=Vietnamese thailand=Thai indonesia=Indonesian argentina=Argentine chile=Chilean
    peru=Peruvian colombia=Colombian portugal=Portuguese hungary=Hungarian austria=Austrian switzerland=Swiss
    belgium=Belgian netherlands=Dutch romania=Romanian bulgaria=Bulgarian serbia=Serbian croatia=Croatian
    iceland=Icelandic estonia=Estonian latvia=Latvian lithuania=Lithuanian syria=Syrian iraq=Iraqi lebanon=Lebanese
    jordan=Jordanian morocco=Moroccan algeria=Algerian ethiopia=Ethiopian philippines=Philippine malaysia=Malaysian"""
DEMONYMS = dict(pair.split("=") for pair in _DEMONYMS.split())
COUNTRIES = frozenset(DEMONYMS) | frozenset(word.lower().replace(".", "") for word in DEMONYMS.values())
# A government is called by its capital: it says and wants as a country does.
CAPITALS = frozenset("beijing washington moscow london paris berlin brussels tokyo kyiv kremlin tehran delhi".split())

ORGANISATION_WORDS = frozenset(
    """bank ministry party university council union unions company inc ltd corp corporation group court commission
    committee agency association federation institute school college club team united athletic rovers city fc league
    airlines airways railways railway lines line ferries energy steel motors foods post times journal news herald
    gazette tribune department office bureau authority organisation organization parliament congress senate assembly
    army navy police service hospital church foundation society academy house fund trust board network alliance
    front movement works media press systems industries holdings partners bros studios studio""".split()
)
PLACE_WORDS = frozenset(
    """island islands river bay lake street road avenue square bridge harbour harbor port airport park valley mountain
    mount sea ocean coast county province region district town village station canal strait peninsula""".split()
)
EVENT_WORDS = frozenset(
    """cup games festival prize award summit olympics war act treaty agreement pact accord plan deal protocol
    championship open marathon tour conference convention project programme program day bill initiative""".split()
)
PLACE_FIRST = frozenset(
    """new north south east west san los las santa saint st hong saudi sri el port cape lake mount upper lower great wall
    white supreme red black buenos rio kuala tel abu addis costa puerto sierra northern southern eastern western
    central high old grand royal national international""".split()
)
# They stand before a person's name and are no part of it.
TITLES = frozenset(
    """mr mrs ms dr prof professor sir dame lord lady president vice prime minister chancellor secretary state foreign
    spokesman spokeswoman spokesperson senator governor general king queen prince princess judge justice captain coach
    mayor chairman chairwoman chair director chief executive commissioner inspector officer sergeant colonel admiral
    pope bishop ambassador prosecutor lawyer defender striker goalkeeper deputy representative""".split()
)
FEMALE = frozenset(
    """karin kari kristin birgit heidi monika sabine silvia giulia chiara paula teresa joan judy amy emily lucy zoe ella mia
    mrs ms dame lady queen princess spokeswoman chairwoman anna anne maria marie mary sarah sara laura julia emma
    olivia sofia sophie eva elena helen jane jen jennifer jessica linda susan karen nancy kate katherine catherine
    elizabeth angela ursula hillary kamala nina lena lisa clara carla ingrid astrid greta ruth rachel rebecca amina
    fatima leila aisha priya mei yuki hanna hannah petra vera irina olga natasha tatiana ana isabel carmen lucia
    martha margaret charlotte alice grace rosa christine janet diana victoria michelle melissa nicole""".split()
)
MALE = frozenset(
    """per jens lukas marek tomas pavel jan piet henk giorgio luca paolo antonio miguel juergen klaus dieter wolfgang heinz
    joseph josef matthew jeff greg tim ted ron don jim joel luke theo jacob max simon mr sir lord king prince spokesman chairman john joe james tom thomas robert bob michael mike william bill david
    richard charles george paul mark peter andrew daniel donald jake jack antony anthony steven stephen kevin brian
    edward henry frank marco mario carlos juan jose luis pedro pablo ivan vladimir dmitri sergei mikhail boris erik
    lars olaf sven hans karl otto emmanuel pierre jean louis raj amir omar ali ahmed mohammed hassan samuel oleg
    victor martin simon philip patrick liam noah oliver harry ben adam eric alan gary scott jonas felix""".split()
)
# Several people who act as one or as many: "they" after any of these, and "and the ...?" in place of another.
GROUPS = frozenset(
    """union unions workers drivers crews crew pilots nurses doctors teachers students voters residents farmers miners deckhands fishers refugees migrants hostages suspects
    police prosecutors prosecution defence defense lawyers government opposition parliament council court company
    companies team teams club clubs players fans owners managers management investors shareholders customers
    passengers party parties delegation delegations side sides ministers presidents leaders officials experts
    analysts critics supporters protesters rebels soldiers army ministry committee commission jury judges witnesses
    families neighbours islanders fishermen employers operator operators bank banks airline airlines airport police
    senate democrats republicans conservatives liberals greens socialists mayor mayors people countries states""".split()
)
SINGULAR_GROUPS = frozenset(
    """union government opposition parliament council court company team club party delegation army ministry committee
    commission jury prosecution defence defense management crew operator bank airline airport side senate""".split()
)
PERSON_NOUNS = frozenset(
    """man woman minister president mayor coach captain leader chief director judge suspect victim driver owner manager
    player striker goalkeeper senator governor chancellor king queen prince princess pope spokesman spokeswoman
    spokesperson secretary witness officer doctor professor boss founder author writer candidate winner lawyer boy
    girl ambassador chairman chairwoman prosecutor expert official friend brother sister father mother son daughter
    husband wife uncle aunt neighbour colleague person defendant teacher referee skipper""".split()
)
# In the singular though they look otherwise, or spoken of as one event: "it" may stand for them.
EVENTS_IN_PLURAL = frozenset("talks negotiations elections games protests riots news sanctions strikes".split())

# Nouns that only hold a place: nobody comes back to "the difference" with "it".
EMPTY_NOUNS = frozenset(
    """difference differences way kind reason number part type example name list role cause location purpose meaning sense
    point side thing lot amount share rest result""".split()
)
ADJECTIVES = frozenset(
    """safe open closed ready expensive legal illegal guilty available true false old big large small late new free full able
    likely alive dead ill sick happy angry popular important ready cheap strong weak good bad high low long short rich
    poor right wrong over public private empty pregnant final local active native attractive effective different same
    first second third last next other certain own main whole only""".split()
)

AUXILIARIES = frozenset(
    """do does did is are was were will would can could shall should may might must has have had am isn aren wasn weren
    won don doesn didn""".split()
)
PREPOSITIONS = frozenset(
    """in on at by for to from with about of during after before against between into over under since until within near
    through than as like without among around toward towards because despite""".split()
)
DETERMINERS = frozenset("the a an this that these those his her its their our my your any some each every no".split())
# Verbs that are hardly ever nouns: a noun phrase ends before them.
VERBS = frozenset(
    """want say said says think thinks know knows go goes went gone come comes came get gets got give gives gave take takes
    took make makes made keep keeps kept see sees saw happen happens happened begin begins began become becomes became
    win wins won lose loses lost build builds built sell sells sold buy buys bought pay pays paid meet meets met lead
    leads led leave leaves hold holds held raise raises bring brings brought send sends sent speak speaks spoke tell
    tells told mean means meant reach reaches accuse accuses announce announces expect expects agree agrees reject
    rejects resign resigns arrest arrests cancel cancels describe describes represent represents propose proposes
    earn earns own owns cause causes close closes reopen receive receives die dies died live lives sign signs
    accept accepts refuse refuses suspend suspends defend defends consider considers believe believes allow allows
    affect affects include includes beat beats write writes wrote publish publishes choose chooses chose elect elects
    follow follows plead pleads ban bans join joins work works cost costs score scores help helps start starts
    last lasts open opens end ends run runs play plays need needs call calls vote votes stop stops fall falls fell
    rise rises rose grow grows grew move moves""".split()
)
PAST_FORMS = {
    "won": "win", "lost": "lose", "built": "build", "sold": "sell", "bought": "buy", "paid": "pay", "met": "meet",
    "led": "lead", "left": "leave", "held": "hold", "said": "say", "told": "tell", "made": "make", "took": "take",
    "gave": "give", "got": "get", "came": "come", "went": "go", "became": "become", "began": "begin", "wrote": "write",
    "chose": "choose", "fell": "fall", "rose": "rise", "grew": "grow", "spoke": "speak", "sent": "send",
    "brought": "bring", "saw": "see", "knew": "know", "ran": "run", "kept": "keep", "found": "find", "broke": "break",
    "drove": "drive", "sank": "sink", "struck": "strike", "hit": "hit", "caught": "catch", "fought": "fight", "taught": "teach",
    "thought": "think", "wore": "wear", "threw": "throw", "sued": "sue", "named": "name", "hired": "hire", "fired": "fire", "beat": "beat", "shot": "shoot", "stole": "steal", "founded": "found",
}  # fmt: skip
