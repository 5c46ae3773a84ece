"""General English that statements are altered with.

The verifier's own list of opposites was written with `OPPOSITES` known and holds nearly all of it; `UNTOLD_OPPOSITES` were
kept out of it. The clauses of `OUTSIDE` are the same in both halves.
"""

FIRST_NAMES = frozenset(
    """Aaron Abby Adam Adrian Alan Albert Alex Alexander Alexandra Alice Alison Allison Amanda Amber Amy Ana Andrea Andrew Andy
    Angela Ann Anna Anne Anthony Antonio Antony Ashley Austin Barbara Ben Benjamin Bernard Beth Bill Bob Bonnie Brad Brandon Brenda
    Brett Brian Bruce Bryan Caitlin Carl Carlos Carol Caroline Catherine Charles Charlie Chris Christian Christina Christine
    Christopher Chuck Claire Colin Craig Cynthia Dan Daniel Danny Dave David Deborah Dennis Derek Diana Diane Don Donald Doug Douglas
    Ed Edward Elaine Elena Elizabeth Ellen Emily Emma Eric Erica Erik Ethan Eva Evan Frank Fred Gary Gavin Geoff George Gerald Gina
    Glenn Gloria Gordon Grace Graham Greg Gregory Hannah Harold Harry Heather Heidi Helen Henry Howard Ian Irene Jack Jackie Jacob Jake
    James Jamie Jan Jane Janet Jared Jason Jay Jean Jeff Jeffrey Jen Jennifer Jenny Jeremy Jerry Jesse Jessica Jill Jim Jimmy Joan
    Joanna Joe Joel John Johnny Jon Jonathan Jordan Jose Joseph Josh Joshua Juan Judith Judy Julia Julian Julie Justin Karen Kate
    Katherine Kathleen Kathryn Katie Keith Kelly Ken Kenneth Kevin Kim Kimberly Kristen Kyle Larry Laura Lauren Lawrence Lee Leo
    Leonard Leslie Linda Lindsay Lindsey Lisa Louis Lucas Lucy Luis Luke Lynn Marco Marcus Margaret Maria Marie Marilyn Mario Mark
    Martha Martin Mary Matt Matthew Maureen Max Megan Melanie Melissa Michael Michelle Miguel Mike Mitch Molly Monica Morgan Nancy
    Natalie Nathan Neil Nicholas Nick Nicole Nina Noah Olivia Oscar Pam Pamela Pat Patricia Patrick Paul Paula Pedro Peter Phil Philip
    Rachel Ralph Randy Ray Raymond Rebecca Rich Richard Rick Rob Robert Robin Rodney Roger Ron Ronald Rosa Ross Roy Russell Ruth Ryan
    Sally Sam Samantha Samuel Sandra Sara Sarah Scott Sean Seth Shannon Sharon Shawn Simon Sophie Stacy Stephanie Stephen Steve Steven
    Stuart Sue Susan Tara Ted Teresa Terry Theresa Thomas Tim Timothy Todd Tom Tony Tracy Trevor Tyler Valerie Vanessa Victor Victoria
    Vincent Vladimir Walter Wayne Wendy Will William Xavier Yvonne Zachary Zoe""".split()
)
PLACES = (
    "Afghanistan|Alabama|Alaska|Argentina|Arizona|Arkansas|Athens|Atlanta|Australia|Austria|Baghdad|Bangkok|Barcelona|Beijing"
    "|Belgium|Berlin|Boston|Brazil|Brussels|Cairo|California|Canada|Chicago|Chile|China|Colombia|Colorado|Connecticut|Cuba|Dallas"
    "|Delaware|Denmark|Denver|Detroit|Dubai|Dublin|Egypt|England|Ethiopia|Finland|Florida|France|Gaza|Geneva|Germany|Ghana|Greece"
    "|Haiti|Hawaii|Hong Kong|Houston|Hungary|Iceland|Idaho|Illinois|India|Indiana|Indonesia|Iowa|Iran|Iraq|Ireland|Israel|Istanbul"
    "|Italy|Jamaica|Japan|Jerusalem|Jordan|Kansas|Kentucky|Kenya|Kyiv|Lebanon|Libya|Lisbon|London|Los Angeles|Louisiana|Madrid|Maine"
    "|Malaysia|Manchester|Maryland|Massachusetts|Mexico|Miami|Michigan|Minnesota|Mississippi|Missouri|Montana|Montreal|Moscow|Mumbai"
    "|Nebraska|Nepal|Netherlands|Nevada|New Hampshire|New Jersey|New Mexico|New Orleans|New Zealand|Nigeria|North Carolina|North Dakota"
    "|North Korea|Norway|Ohio|Oklahoma|Oregon|Oslo|Pakistan|Paris|Pennsylvania|Peru|Philadelphia|Philippines|Phoenix|Poland|Portugal"
    "|Prague|Qatar|Rome|Russia|San Diego|San Francisco|Saudi Arabia|Scotland|Seattle|Seoul|Serbia|Shanghai|Singapore|South Africa"
    "|South Carolina|South Korea|Spain|Sudan|Sweden|Switzerland|Sydney|Syria|Taiwan|Tehran|Tennessee|Texas|Thailand|Tokyo|Toronto"
    "|Tunisia|Turkey|Uganda|Ukraine|Utah|Venezuela|Vermont|Vienna|Vietnam|Virginia|Wales|Warsaw|Wisconsin|Wyoming|Yemen|Zimbabwe"
).split("|")

# Words that turn a statement round when one stands for the other; each works in both directions.
OPPOSITES = (
    "rose fell|increased decreased|increase decrease|rising falling|increasing decreasing|higher lower|more fewer|most least"
    "|before after|won lost|accepted rejected|gained lost|up down|largest smallest|highest lowest|first last|early late|early later"
    "|old new|older younger|major minor|strong weak|stronger weaker|support oppose|supported opposed|supporters opponents|approved rejected"
    "|passed failed|opened closed|open closed|began ended|start end|started ended|inside outside|north south|northern southern|east west"
    "|eastern western|northeast southwest|men women|man woman|male female|boy girl|boys girls|son daughter|father mother|brother sister"
    "|husband wife|guilty innocent|legal illegal|public private|left right|arrived left|bought sold|buy sell|buyers sellers|allowed banned"
    "|hot cold|heavy light|rich poor|young old|success failure|successful unsuccessful|same different|win lose|winner loser|winners losers"
    "|advantage disadvantage|positive negative|above below|over under|export import|exports imports|expand shrink|expanded shrank|hired fired"
    "|strengthen weaken|strengthened weakened|better worse|best worst|safe dangerous|good bad|easy difficult|easier harder|possible impossible"
    "|agree disagree|agreed disagreed|raise cut|raised cut|majority minority|maximum minimum|domestic foreign|morning evening|alive dead"
    "|ahead behind|optimistic pessimistic|popular unpopular|love hate|loved hated|enemy ally|enemies allies|attack defend|attacked defended"
    "|praised criticized|Republican Democratic|Republicans Democrats|conservative liberal|together apart|always never|all none|improved worsened"
    "|confirmed denied|slow fast|slower faster|longer shorter|long short|full empty|add remove|added removed|joined left|entered left"
    "|borrow lend|friend enemy|friends enemies|peace war|victory defeat|defeated lost|profit loss|profits losses|surplus deficit"
)
# Kept out of the verifier's own list on purpose: how it does on pairs that nobody told it.
UNTOLD_OPPOSITES = (
    "wet dry|deep shallow|thick thin|wide narrow|ancient modern|urban rural|guest host|teacher student|doctor patient|day night"
    "|summer winter|spring autumn|upstairs downstairs|hero villain|amateur professional|rough smooth|loud quiet|sweet bitter"
    "|temporary permanent|voluntary mandatory|indoor outdoor|clean dirty|sunny rainy|parent child|parents children|king queen"
    "|prince princess|actor actress|employer employee|landlord tenant|prosecution defense|prosecutors defenders|offense defense"
    "|simple complex|sharp blunt|rare common|brave cowardly|polite rude|generous greedy|honest dishonest|visible hidden"
)
# What no article says, without a number or a name in it.
OUTSIDE = (
    "which drew sharp criticism from trade unions",
    "and a formal apology was issued later",
    "because a key supplier had gone bankrupt",
    "after weeks of secret negotiations between the families",
    "although neighbours had warned about it for years",
    "which surprised most independent analysts",
    "despite objections from the local fire brigade",
    "and the insurance company refused to cover the damage",
    "a decision that was later overturned by the appeals court",
    "which led to the resignation of the chief accountant",
    "and the ceremony was broadcast live on national television",
    "even though the budget had already been exhausted",
)
