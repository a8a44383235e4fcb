"""The pages that customer service sees."""
