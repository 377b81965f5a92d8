"""The rules that a shop begins with: what this federation asks, no law of its own. Staff keep them from then on."""

STARTING_LIST = {
    "food": ["composition", "net_content", "advice", "sanitary"],
    "plant": ["composition", "net_content", "advice", "latin_name", "sanitary"],
    "cosmetic": ["composition", "net_content", "advice", "cosmetic"],
    "aroma": ["composition", "advice"],
    "gift": ["composition"],
}
