"""The demonstration's surveys and issues of the newsletter. Pure data; days count from the day of planting."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Question:
    """weights: how likely each answer is (for a scale, from 1 to 5). texts: what some write."""

    kind: str
    words: str
    options: tuple[str, ...] = ()
    weights: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Survey:
    """answers: how many answer without their name, and how many decline. published: False for a draft."""

    title: str
    intro: str
    purpose: str
    opens: int
    closes: int
    discard: int
    questions: tuple[Question, ...]
    answers: int = 0
    declined: int = 0
    published: bool = True


SURVEYS = (
    Survey(
        title="How you find a program",
        intro="Four questions about the minutes before you buy. None of them asks who you are.",
        purpose="To decide what stands first on a product's page.",
        opens=-62,
        closes=-41,
        discard=49,
        answers=47,
        declined=6,
        questions=(
            Question(
                kind="single",
                words="What did you look at first?",
                options=(
                    "What it does",
                    "What it costs",
                    "On what it runs",
                    "What others wrote in the forum",
                    "Who made it",
                ),
                weights=(40, 24, 16, 15, 5),
                required=True,
            ),
            Question(
                kind="several",
                words="Was hat gefehlt? (What was missing?)",
                options=("Bilder des Programms", "Eine Probezeit", "Ein Vergleich der Ausgaben", "Nichts"),
                weights=(45, 60, 38, 12),
            ),
            Question(
                kind="scale",
                words="How sure were you, when you paid, that it was the right one?",
                weights=(2, 6, 22, 40, 30),
            ),
            Question(
                kind="text",
                words="What made you hesitate?",
                texts=(
                    "Whether the license moves with me when I change computers.",
                    "I could not tell the two editions apart until I put both into the cart.",
                    "Nothing, I had tried it at a friend's.",
                    "The price for a year, until I saw that it does not renew by itself.",
                    "Dass ich nicht wusste, ob die Rechnung auf die Firma lauten kann.",
                    "هل تعمل الخطوط العربية مع الطابعة القديمة؟",
                    "I looked for a picture of the main window and found none.",
                ),
            ),
        ),
    ),
    Survey(
        title="What should Ledgerlark learn next?",
        intro="We can build two of these before the summer. Tell us which two would help you most.",
        purpose="To choose what the next version of Ledgerlark does.",
        opens=-9,
        closes=12,
        discard=72,
        answers=41,
        declined=3,
        questions=(
            Question(
                kind="several",
                words="Which of these would you use?",
                options=(
                    "Reading receipts from a photo",
                    "Invoices in two currencies",
                    "A view for the tax adviser",
                    "Reminders that are kind",
                ),
                weights=(55, 25, 42, 33),
                required=True,
            ),
            Question(kind="scale", words="How well does it do what it does today?", weights=(3, 8, 25, 44, 20)),
            Question(
                kind="single",
                words="How many people in your house use it?",
                options=("Only me", "Two to five", "More"),
                weights=(60, 30, 10),
            ),
            Question(kind="text", words="If it did one thing less, what should go?", texts=("The sounds.",)),
        ),
    ),
    Survey(
        title="Ein Fragebogen zum Naskhbench",
        intro="Für alle, die mit arabischer Schrift arbeiten. Fünf Minuten, ohne Namen.",
        purpose="Um zu entscheiden, welche Schriftschnitte als nächste kommen.",
        opens=14,
        closes=35,
        discard=95,
        published=False,
        questions=(
            Question(
                kind="single",
                words="أي خط تستعمل في أغلب الأحيان؟",
                options=("نسخ", "رقعة", "ديواني", "كوفي"),
                required=True,
            ),
            Question(kind="text", words="Was fehlt Ihnen an der Tastaturbelegung?"),
        ),
    ),
)

SENT = (
    "Ledgerlark reads receipts",
    "Ledgerlark 4 is out. It reads a receipt from a photo, puts the amount where it belongs and keeps the picture beside it.\n\n"
    "Whoever holds a license for version 3 of our own Ledgerlark gets it without paying again: your file is at "
    "https://example.com/account/licenses.\n\n"
    "That is all. We write a few times a year, and stop when you say so.",
)
DRAFT = (
    "Before the summer",
    "Two things are nearly ready: a view for tax advisers, and kinder reminders.\n\n"
    "(Ask the others for a picture, and for the date.)",
)
