# Communes nommées par une personne. Un message `error-<code>` chacun ; `.hint` dit quoi faire.

error-commune-unknown = Aucune commune ne s’appelle « { $text } ».
    .hint = Donnez son nom exact ou son code INSEE, par exemple Ambert ou 63003.
error-commune-unknown-suggestions = Aucune commune ne s’appelle « { $text } ».
    .hint = Vouliez-vous dire { $suggestions } ?
error-commune-ambiguous = Plusieurs communes s’appellent « { $text } » : { $candidates }.
    .hint = Donnez le code de l’une d’elles.
error-commune-outside-territory = { $commune } n’est pas dans le territoire du réseau.
    .hint = Choisissez une commune du territoire.
