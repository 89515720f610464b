"""A seeded month of a seller, written as the platforms write it, with its truth."""
