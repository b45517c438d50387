"""Findings in words for a desk that is shown in English: the same codes as ``forms.findings.SENTENCES``."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES_EN: Mapping[str, tuple[str, str]] = {
    # What a kind of field could not take
    "value.too_long": ("{length} characters (at most {most}).", "Check what was written."),
    "text.character": (
        '"{seen}" holds a character that cannot stand here ({character}).',
        "Read it again and type it.",
    ),
    "reading.struck": ("Something was struck out and written anew.", "Compare with the paper what is left."),
    "reading.outside": ("Part of it was written outside the box.", "Compare it all with the paper."),
    "reading.vertical": ("It was written from top to bottom.", "Type it from the paper."),
    "reading.unknown_character": (
        'Character {places} of "{seen}" may be one that the machine does not know.',
        "Type it as on the paper.",
    ),
    "name.character": (
        '"{seen}" holds a character that no name has ({character}).',
        "Type it as on the paper.",
    ),
    "name.variant": (
        '"{characters}" has variant glyphs that look alike.',
        "Compare with the glyph on the paper.",
    ),
    "kana.character": (
        '"{seen}" holds something other than katakana ({character}).',
        "Check the reading of the name.",
    ),
    "kana.latin": (
        'The reading is written in Latin letters ("{seen}").',
        "Ask the resident for it in katakana.",
    ),
    "postal_code.shape": ('"{seen}" is no postal code.', "Check the seven digits."),
    "phone.shape": ('"{seen}" is no telephone number.', "Check the ten or eleven digits that begin with 0."),
    "digits.character": (
        '"{seen}" holds something other than digits ({character}).',
        "Check the digits on the paper.",
    ),
    "digits.too_many": (
        "{length} digits are more than the {most} of the box.",
        "Check the digits on the paper.",
    ),
    "digits.too_few": ("Only {length} digits ({wanted} are needed).", "Check the digits on the paper."),
    "amount.shape": ('"{seen}" is no amount.', "Check the amount on the paper."),
    "my_number.character": (
        "It holds something other than digits.",
        "Check the twelve digits on the My Number card or the like.",
    ),
    "my_number.length": (
        "{length} digits (a My Number has 12).",
        "Check it on the My Number card or the like.",
    ),
    "my_number.check_digit": ("The check digit does not fit.", "Check it on the My Number card or the like."),
    "municipality_code.shape": ('"{seen}" is no municipality code.', "Check the six digits."),
    "municipality_code.check_digit": (
        'The check digit of "{seen}" does not fit.',
        "Check the municipality code.",
    ),
    "residence_card.shape": (
        '"{seen}" has not the shape of a residence card number (2 letters, 8 digits, 2 letters).',
        "Check it on the residence card.",
    ),
    "ticks.unknown": ('There is no choice "{seen}".', "Look at the ticks on the paper and choose again."),
    "ticks.more_than_one": ('"{seen}" are ticked.', "Only one may be: find out which was meant."),
    "circle.unknown": ('There is no choice "{seen}".', "Look at the rings on the paper and choose again."),
    "circle.more_than_one": ('"{seen}" are circled.', "Find out which was meant."),
    "stamp.unknown": ('"{seen}" does not tell whether there is a stamp.', "Look at the paper."),
    "relation.unusual": (
        '"{seen}" is no usual relation in a resident record.',
        "Check the relation to the head.",
    ),
    "date.shape": ('"{seen}" is no date.', "Check year, month and day."),
    "date.incomplete": ('In "{seen}" year, month or day is blank.', "Check the date."),
    "date.no_era": ('In "{seen}" no era was chosen.', "Check the era, or the western year."),
    "date.impossible": ('"{seen}" is no day of the calendar.', "Check the date."),
    "date.wrong_era": ('"{seen}" does not lie in that era.', 'Check whether "{offered}" is meant.'),
    "date.part_unknown": (
        'In "{seen}" month or day is unknown.',
        "Check that the family register says the same.",
    ),
    "rows.formula": (
        "An Excel formula stands here whose result was not saved.",
        "Open and save it in Excel, then take it in again.",
    ),
    "rows.error_value": ("Excel shows an error here.", "Check the original data and type it."),
    "rows.number": (
        "Excel made a number of it, and zeros at its beginning may be lost.",
        "Check the original data and confirm it.",
    ),
    # What rules say about a value
    "date.future": ("{seen} is after today.", "Check the date."),
    "date.very_old": ("Born on {seen} means more than {years} years old.", "Check era and year."),
    "value.missing": ("Nothing is written.", "Ask the resident and type it."),
    "value.missing_when": (
        "Nothing is written.",
        'It is needed where "{other}" is "{chosen}". Ask the resident.',
    ),
    "postal.unknown": ("Postal code {seen} is not in Japan Post's list.", "Check the number."),
    "postal.other_municipality": (
        'Postal code {seen} is that of "{offered}", another municipality than the address.',
        "Find out which is right.",
    ),
    "postal.other_town": (
        'Postal code {seen} is that of "{offered}", which seems another district than the address.',
        "Check it.",
    ),
    "kana.misfit": (
        '"{kana}" does not fit as the reading of "{name}" in length or characters.',
        "Check both.",
    ),
    "sex.misfit": ('The relation is "{relation}", the sex "{sex}".', "Check relation and sex."),
    # The notice of moving
    "moving.before_it_happened": (
        "The date of moving ({seen}) is after the date of the notice.",
        "{type} is notified after the move. Check the dates.",
    ),
    "moving.late": (
        "Notified {days} days after the move (the term is 14 days).",
        "Check the dates, and ask for the reason of a delay.",
    ),
    "moving.address_inside": (
        "The notice is {type}, but this address lies inside {city}.",
        "Check the kind of notice and the address.",
    ),
    "moving.address_outside": (
        "The notice is {type}, but this address lies outside {city}.",
        "Check the kind of notice and the address.",
    ),
    "agent.letter": ("An agent gives the notice.", "Check the letter of attorney."),
    "notifier.not_listed": (
        "The notifier says to be one of those who move, but none has that name.",
        "Check the capacity, or the names.",
    ),
    "persons.none": ("Nobody who moves is written down.", "Ask the notifier."),
    "head.more_than_one": (
        "There is a head of household already: person {first}.",
        "There is only one. Check the relations.",
    ),
    "head.unnamed": (
        "The head of household is not among those who move, and the head's name is blank.",
        "Check who the head is.",
    ),
    "head.differs": (
        "The new head of household and person {row}, who is the head, have different names.",
        "Find out which is right.",
    ),
    "number.twice": (
        "The same number as person {first}.",
        "Check on the My Number card or the like whose it is.",
    ),
    "foreign.japanese": (
        "The nationality is Japanese, but something is written about residence.",
        "Check what was written.",
    ),
    "foreign.missing": (
        "Nothing is written, but foreign residents need it.",
        "Check it on the residence card.",
    ),
    "foreign.expired": ("The period of stay is over.", "Check on the residence card whether it was renewed."),
    "foreign.no_end": ("The end of the period of stay is not written.", "Check it on the residence card."),
    "foreign.alias": (
        "An alias is written, but nothing about residence.",
        "Check what was written.",
    ),
    "foreign.latin_name": (
        "The name is in Latin letters, but nothing is written about residence.",
        "Check nationality and status of residence.",
    ),
    "honseki.missing": (
        "Japanese nationals need both the registered domicile and the head of the family register.",
        "Check them on the certificate of moving out or the like.",
    ),
    "resident_code.not_needed": (
        "The resident record code is written for moving in only (this notice is {type}).",
        "Check that it is no slip.",
    ),
    # The application for a copy
    "subject.missing": ("Nothing is written.", "Ask the applicant whose certificate is wanted."),
    "subject.both": (
        '"Same as the applicant" is ticked, but the person concerned is filled in, too.',
        "Find out whose certificate is wanted.",
    ),
    "copies.not_ticked": (
        'Copies: {seen}, but "{certificate}" is not ticked.',
        "Check which certificates are wanted.",
    ),
    "copies.zero": ("The number of copies is 0.", "Ask the applicant how many are wanted."),
    "copies.many": ("{seen} copies are many.", "Ask the applicant whether that is right."),
}
"""By code: what was seen, and what the operator does about it."""
