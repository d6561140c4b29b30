"""What the demo's shop sells. The shop is an English-speaking company of somebody else's, so its words are its own."""

from dataclasses import dataclass

BRAND = "Northwind Audio"


@dataclass(frozen=True, slots=True)
class Product:
    """`art`: the name of its drawing. `glance`: figures with what they say. `colours`: name -> class of the sheet."""

    slug: str
    name: str
    kind: str
    menu: str
    price: int
    art: str
    tag: str
    lead: str
    line: str
    glance: tuple[tuple[str, str], ...]
    colours: tuple[tuple[str, str], ...]

    @property
    def monthly(self) -> str:
        return f"{self.price / 12:.2f}"


PRODUCTS = (
    Product(
        slug="premium-wireless-headphones",
        name="Fjord",
        kind="Premium wireless headphones",
        menu="Headphones",
        price=349,
        art="fjord",
        tag="New in pine",
        lead="Closed, light and quiet. Forty hours on one charge, with cushions you can change yourself.",
        line="Premium wireless headphones",
        glance=(
            ("40 h", "on one charge, 5 h after ten minutes"),
            ("248 g", "with the cushions on"),
            ("\N{MINUS SIGN}32 dB", "of the office, train and plane"),
        ),
        colours=(("Pine", "pine"), ("Sand", "sand"), ("Coal", "coal")),
    ),
    Product(
        slug="skerry-earbuds",
        name="Skerry",
        kind="Wireless earbuds",
        menu="Earbuds",
        price=179,
        art="skerry",
        tag="Four sizes of tips",
        lead="Earbuds that stay in when you run, and that you forget when you do not. The case fits the coin pocket.",
        line="Earbuds that stay in",
        glance=(
            ("8 h", "in the ear, 24 more in the case"),
            ("5.2 g", "each, with the middle tips"),
            ("IPX4", "for rain and for running"),
        ),
        colours=(("Shell", "shell"), ("Coal", "coal")),
    ),
    Product(
        slug="tarn-speaker",
        name="Tarn",
        kind="Portable speaker",
        menu="Speakers",
        price=229,
        art="tarn",
        tag="Oak from one forest",
        lead="A speaker in oak and wool for the kitchen, the garden and the lake. It does not mind falling in.",
        line="Portable speaker in oak and wool",
        glance=(
            ("24 h", "at the loudness of a conversation"),
            ("1.4 kg", "with the leather handle"),
            ("IP67", "half an hour under water"),
        ),
        colours=(("Rust", "rust"), ("Sand", "sand")),
    ),
)
