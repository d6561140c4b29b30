"""Words that say nothing about what a text is about, by language; folded as `words` folds them."""

_EN = """
a about after all also am an and any are aren't as at away back be because been before being between both but by can can't
cannot could couldn't did didn't do does doesn't doing don't during each few for from further get had hadn't has
hasn't have haven't having he he's her here hers him his how how's i i'd i'll i'm i've if in into is isn't it it's its
just let's many may me might more most much must my no nor not of off on once only or other our ours out over own
please same shall she should shouldn't so some such than that that's the their theirs them then there there's these
they they're this those through to too under until up upon us very was wasn't we we're were weren't what what's when
where which while who who's whom whose why will with won't would wouldn't you you're your yours
"""
_RU = """
а без бы был была были было быть в вам вас весь во вот все всё всего вы где да для до его ее если есть еще же за и из
или им их к как какая какие какой какое когда кто ли либо меня мне мой моя мои можно мы на над надо нам нас не него нее
нет ни них но ну о об однако он она они оно от очень по под пожалуйста после при с сейчас со так также такой там те тем
то тоже тот ту ты у уже хотя чего чей чем что чтобы чья эта эти это этот я
"""
_UZ = """
agar ammo balki barcha bilan biror biz bizning bo'ladi bo'lsa bu buni bunday edi emas esa ham hamma har hech iltimos
ing qaysi qanaqa qanday qancha qachon qayerda qayer kim kimning lekin men mening menga meni mumkin nega nima nimani
nechta o'sha o'z oldin qilib kerak shu shuni siz sizning sizga sizni u uchun ular uning va yana yoki yo'q
"""
_PT = """
a ao aos as até com como da das de dela dele deles depois do dos e é ela elas ele eles em entre era essa esse esta está
estão este eu foi foram há isso isto já lhe mais mas me mesmo meu meus minha muito na não nas nem no nos nós o onde os
ou para pela pelas pelo pelos por porque posso pode qual quais quando quanto quantos quantas que quem se sem ser seu
seus só sua suas também te tem tenho ter tu um uma umas uns você vocês
"""
_ES = """
a al algo ante aquel como con cómo cuál cuáles cuando cuándo cuánto cuántos de del desde donde dónde durante e el él ella
ellas ellos en entre era es esa ese eso esta está están este esto fue ha hay la las le les lo los más me mi mis mucho
muy no nos o para pero por porque puedo puede que qué quien quién se ser si sí sin sobre son su sus también te tengo
tiene tu tus un una unas uno unos y ya yo
"""
_DE = """
aber alle als also am an auch auf aus bei bin bis bitte da dann das dass dein dem den der des dich die dir doch du
durch ein eine einem einen einer eines er es für hab habe haben hat hatte ich ihm ihn ihr ihre im in ist ja kann kein
keine können man mein meine mich mir mit muss nach nicht noch nur ob oder ohne sein seine sich sie sind so über um und
uns unser vom von vor wann war warum was welche welcher welches wenn wer werden wie wieder wir wird wo wurde zu zum zur
"""
_FR = """
a ai au aux avec ce ces cette c'est comment combien d'un d'une dans de des du elle elles en est et être eu il ils j'ai je
la le les leur lui ma mais me mes moi mon ne nos notre nous on ont ou où par pas pour pourquoi puis-je qu'est que quel
quelle quelles quels qui quand sa sans se ses si son sont sur ta te tes toi ton tu un une vos votre vous y
"""

_ASKING_EN = """
anybody anyone anything ask come far find give go happen help know let like long look make mean need often old possible
see show somebody someone something soon take tell thing time try use want way work
"""
_ASKING_RU = """
возможно время далеко дайте долго знать найти нужен нужна нужно объясните подскажите показать получить помогите помочь происходит
работает расскажите сделать скажите скоро способ узнать хотел хотела хочу часто
"""
_ASKING_UZ = (
    "ayting ayta bering bilmoqchi bor iltimos istayman ko'rsating qilish tushuntiring xohlayman yordam"
)

ASKING_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(text.split())
    for code, text in {"en": _ASKING_EN, "ru": _ASKING_RU, "uz": _ASKING_UZ}.items()
}
"""Words of asking rather than of what is asked about: an article that lacks them lacks nothing."""

STOP_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(text.split())
    for code, text in {
        "de": _DE, "en": _EN, "es": _ES, "fr": _FR, "pt": _PT, "ru": _RU, "uz": _UZ,
    }.items()
}  # fmt: skip
