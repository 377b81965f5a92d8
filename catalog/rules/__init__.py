"""What a product needs before it goes live, by its use: rows that staff read and change (docs/decisions/0029)."""
