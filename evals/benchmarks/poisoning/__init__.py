"""How far articles that were planted to deceive get: 20 questions, five articles each that claim another answer."""
