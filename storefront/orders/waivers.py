"""What buyers tick about beginning at once (Directive 2011/83/EU, Art. 16(m)), by version. Pure."""

WAIVERS = {
    1: (
        "I want to use what I buy at once, before the fourteen days for withdrawal are over. I know that my right of "
        "withdrawal from it ends as soon as I look at its key, download it or use it."
    )
}
"""What buyers tick, by version. A text that was ticked is never changed: a change is a new version."""

WAIVER_VERSION = 1
