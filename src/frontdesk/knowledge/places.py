"""Names that questions are told apart by: countries in English, Russian and Uzbek, what stands for several of them, days.

Tables alone; read by `names`.
"""

AS_WRITTEN = frozenset({"US", "U.S.", "GB"})
"""Short forms that are other words, or none, in small letters."""

COUNTRIES = """
Afghanistan|Афганистан|Afg'oniston
Albania|Албания|Albaniya
Algeria|Алжир|Jazoir
Andorra|Андорра
Angola|Ангола
Argentina|Аргентина
Armenia|Армения|Armaniston
Australia|Австралия|Avstraliya
Austria|Австрия|Avstriya
Azerbaijan|Азербайджан|Ozarbayjon
Bahrain|Бахрейн|Bahrayn
Bangladesh|Бангладеш
Belarus|Беларусь|Белоруссия
Belgium|Бельгия|Belgiya
Bolivia|Боливия
Bosnia|Bosnia and Herzegovina|Босния|Bosniya
Botswana|Ботсвана
Brazil|Бразилия|Braziliya
Bulgaria|Болгария|Bolgariya
Cambodia|Камбоджа
Cameroon|Камерун
Canada|Канада|Kanada
Chile|Чили
China|Китай|Xitoy
Colombia|Колумбия
Congo|Конго
Costa Rica|Коста-Рика
Croatia|Хорватия|Xorvatiya
Cuba|Куба
Cyprus|Кипр|Kipr
Czechia|Czech Republic|Чехия|Chexiya
Denmark|Дания|Daniya
Dominican Republic|Доминиканская Республика
Ecuador|Эквадор
Egypt|Египет|Misr
Estonia|Эстония|Estoniya
Ethiopia|Эфиопия
Finland|Финляндия|Finlandiya
France|Франция|Fransiya
Georgia|Грузия|Gruziya
Germany|Германия|Germaniya
Ghana|Гана
Greece|Греция|Gretsiya
Greenland|Гренландия
Guatemala|Гватемала
Haiti|Гаити
Honduras|Гондурас
Hong Kong|Гонконг
Hungary|Венгрия|Vengriya
Iceland|Исландия|Islandiya
India|Индия|Hindiston
Indonesia|Индонезия|Indoneziya
Iran|Иран|Eron
Iraq|Ирак|Iroq
Ireland|Ирландия|Irlandiya
Israel|Израиль|Isroil
Italy|Италия|Italiya
Jamaica|Ямайка
Japan|Япония|Yaponiya
Jordan|Иордания|Iordaniya
Kazakhstan|Казахстан|Qozog'iston
Kenya|Кения
Kosovo|Косово
Kuwait|Кувейт|Quvayt
Kyrgyzstan|Киргизия|Кыргызстан|Qirg'iziston
Laos|Лаос
Latvia|Латвия|Latviya
Lebanon|Ливан|Livan
Libya|Ливия
Liechtenstein|Лихтенштейн
Lithuania|Литва|Litva
Luxembourg|Люксембург
Madagascar|Мадагаскар
Malaysia|Малайзия|Malayziya
Malta|Мальта
Mexico|Мексика|Meksika
Moldova|Молдова|Молдавия
Monaco|Монако
Mongolia|Монголия
Montenegro|Черногория
Morocco|Марокко
Mozambique|Мозамбик
Myanmar|Мьянма
Namibia|Намибия
Nepal|Непал
Netherlands|Holland|Нидерланды|Голландия|Niderlandiya
New Zealand|Новая Зеландия|Yangi Zelandiya
Nicaragua|Никарагуа
Nigeria|Нигерия
North Macedonia|Macedonia|Македония
Norway|Норвегия|Norvegiya
Oman|Оман
Pakistan|Пакистан|Pokiston
Panama|Панама
Paraguay|Парагвай
Peru|Перу
Philippines|Филиппины
Poland|Польша|Polsha
Portugal|Португалия|Portugaliya
Puerto Rico|Пуэрто-Рико
Qatar|Катар
Romania|Румыния|Ruminiya
Russia|Russian Federation|Россия|РФ|Rossiya
Saudi Arabia|Саудовская Аравия|Saudiya
Senegal|Сенегал
Serbia|Сербия|Serbiya
Singapore|Сингапур|Singapur
Slovakia|Словакия|Slovakiya
Slovenia|Словения|Sloveniya
South Africa|ЮАР
South Korea|Korea|Корея|Koreya
Spain|Испания|Ispaniya
Sri Lanka|Шри-Ланка
Sudan|Судан
Sweden|Швеция|Shvetsiya
Switzerland|Швейцария|Shveytsariya
Syria|Сирия|Suriya
Taiwan|Тайвань
Tajikistan|Таджикистан|Tojikiston
Tanzania|Танзания
Thailand|Таиланд|Tailand
Tunisia|Тунис
Turkey|Türkiye|Турция|Turkiya
Turkmenistan|Туркмения|Туркменистан|Turkmaniston
Uganda|Уганда
Ukraine|Украина|Ukraina
United Arab Emirates|UAE|Emirates|Эмираты|ОАЭ|BAA
United Kingdom|UK|GB|Great Britain|Britain|England|Великобритания|Англия|Britaniya|Angliya
United States|USA|US|U.S.|America|США|Америка|AQSH
Uruguay|Уругвай
Uzbekistan|Узбекистан|O'zbekiston
Venezuela|Венесуэла
Vietnam|Вьетнам|Vyetnam
Yemen|Йемен
Zambia|Замбия
Zimbabwe|Зимбабве
"""
SEVERAL = r"""
(?: EU | ЕС | (?i: europ(?:e|ean|a)\b | worldwide | world-wide | abroad | overseas | international(?:ly)?\b | countries
  | (?:any|each|every|other|another)\ country | (?:all\ over|around)\ the\ world
  | европ\w* | за\ ?(?:границ|рубеж)\w* | международн\w* | стран(?:ам|ах)?\b | (?:любую|каждую|другую)\ страну | всему\ миру
  | yevropa\w* | chet\ el\w* | xorij\w* | xalqaro | dunyo\w* | mamlakatlar\w* | davlatlar\w*
))
"""
"""A pattern with spaces in it (`re.VERBOSE`), from the beginning of a word on."""
SEVERAL_BEGIN = "EeWwAaOoIiCcYyXxDdMmЕеЗзМмСсЛлДдВв"
"""The letters with which `SEVERAL` may begin."""
DAYS = """
monday mondays tuesday wednesday thursday friday saturday sunday weekend christmas easter
january february march april june july august september october november december
понедельник вторник среда среду четверг пятница суббота воскресенье выходной выходные
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
dushanba seshanba chorshanba payshanba juma shanba yakshanba
"""
