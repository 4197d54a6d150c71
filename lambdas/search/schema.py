"""What the index holds of a product, and how its text is cut into words.

Every change here needs a new `SCHEMA_VERSION`, for which the indexer makes the whole index again. Meanwhile the
generation that is there is answered from if `OLDEST_READABLE` and `OLDEST_READER` allow it. A field that is added at
the end of the schema allows it, as long as nothing asks an older generation for it: queries know fields by their place.
"""

from functools import cache

import tantivy

SCHEMA_VERSION = 3
"""1 had only the first price of a product, and not its variants'; up to 2 each text's words were in its field only."""
OLDEST_READABLE = 1
"""The oldest version whose generations this code can answer from."""
OLDEST_READER = 1
"""The oldest version of this code that can answer from generations of this one, while both are deployed."""
PRICES_SINCE = 2
"""The oldest version whose generations have `prices` and `prices_order`; others must not be asked for them."""
CIRCLES_SINCE = 3
"""The oldest version whose generations have the words of `search.word_circles`; others must not be asked for them."""

STEMMED = "storefront_stemmed"
PLAIN = "storefront_plain"
RAW = "raw"

_LONGEST_WORD = 40


@cache
def index_schema() -> tantivy.Schema:
    """The one schema of the index; built once a process."""
    builder = tantivy.SchemaBuilder()
    # The id alone tells a document apart; `raw` keeps it one term, so a delete by id hits exactly one product.
    builder.add_text_field("id", tokenizer_name=RAW, index_option="basic")
    builder.add_integer_field("version", fast=True)
    builder.add_text_field("code", tokenizer_name=RAW, index_option="basic")

    for name in ("name", "brand_text", "category_text", "tags_text", "details", "description"):
        builder.add_text_field(name, tokenizer_name=STEMMED, index_option="position")
    # Misspelt and unfinished words are compared with words as written: a stem is no word's beginning.
    builder.add_text_field("words", tokenizer_name=PLAIN, index_option="basic")

    for name in ("category", "brand", "tags", "currency"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic", fast=True)
    builder.add_integer_field("price", indexed=True, fast=True)

    # Sort keys end with the product's id, so an order is total: the same in every generation, whatever merges did.
    for name in ("price_order", "name_order", "newest_order"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic", fast=True)

    builder.add_bytes_field("product", stored=True)

    # By currency, such as `prices.EUR`, with a sort key for each.
    for name in ("prices", "prices_order"):
        builder.add_json_field(name, tokenizer_name=RAW, index_option="basic", fast=True)

    # Stems, as they are given: see `search.word_circles`.
    for name in ("words_to_category", "words_to_tags", "words_to_details", "words_to_description"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic")
    return builder.build()


@cache
def stemmed_analyzer() -> tantivy.TextAnalyzer:
    """Words in lower case without accents, reduced to their English stem: "Running" and "runs" become "run"."""
    return _folded_words().filter(tantivy.Filter.stemmer("english")).build()


@cache
def plain_analyzer() -> tantivy.TextAnalyzer:
    """Words in lower case without accents, as written."""
    return _folded_words().build()


@cache
def stop_word_analyzer() -> tantivy.TextAnalyzer:
    """As the plain analyzer, but drops English words that carry no meaning ("the", "for")."""
    return _folded_words().filter(tantivy.Filter.stopword("english")).build()


def register_analyzers(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index the analyzers its schema names: tantivy stores their names only."""
    index.register_tokenizer(STEMMED, stemmed_analyzer())
    index.register_tokenizer(PLAIN, plain_analyzer())
    return index


def _folded_words() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
