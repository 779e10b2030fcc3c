# Duplicates: what is refused.

error-duplicate-of-itself = A record is no duplicate of itself.
    .hint = Give two different records.
error-duplicates-of-two-collections = These two records are of two collections ({ $one }, { $other }): they cannot be the same thing.
    .hint = Check both ids.
error-duplicates-not-looked-for = Duplicates are not looked for among records of “{ $collection }”.
    .hint = Possible collections: { $allowed }.
error-duplicate-decision-unknown = “{ $value }” is not a decision.
    .hint = Say “confirmed” or “rejected”.
error-nothing-decided-here = Your structure decided nothing of this pair.
    .hint = { $count ->
        [0] Nobody else decided of it either.
       *[other] It was decided by: { $names }. Decide in your turn, or ask them to take theirs back.
    }
