from catalog.text_folding import fold

#: The longest code, once it is folded.
MOST_LETTERS = 24
#: The longest that is read of what somebody typed.
MOST_TYPED = 60


def fold_code(typed: str) -> str:
    """How a code is kept and looked up: `bien-venue ٢٠` and `BIENVENUE20` are the same."""
    return fold(typed[:MOST_TYPED]).replace(" ", "").replace("_", "").upper()
