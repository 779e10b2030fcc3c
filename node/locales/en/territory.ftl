# Communes that a person names. One message `error-<code>` each; `.hint` says what to do.

error-commune-unknown = No commune is called “{ $text }”.
    .hint = Give its exact name or its INSEE code, for instance Ambert or 63003.
error-commune-unknown-suggestions = No commune is called “{ $text }”.
    .hint = Did you mean { $suggestions }?
error-commune-ambiguous = Several communes are called “{ $text }”: { $candidates }.
    .hint = Give the code of one of them.
error-commune-outside-territory = { $commune } is not in the network’s territory.
    .hint = Choose a commune of the territory.
