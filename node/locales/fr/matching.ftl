# Doublons : ce qui est refusé.

error-duplicate-of-itself = Une fiche n’est pas un doublon d’elle-même.
    .hint = Donnez deux fiches différentes.
error-duplicates-of-two-collections = Ces deux fiches sont de deux collections ({ $one }, { $other }) : elles ne peuvent pas désigner la même chose.
    .hint = Vérifiez les deux identifiants.
error-duplicates-not-looked-for = Les doublons ne sont pas cherchés parmi les fiches « { $collection } ».
    .hint = Collections possibles : { $allowed }.
error-duplicate-decision-unknown = « { $value } » n’est pas une décision.
    .hint = Dites « confirmed » ou « rejected ».
error-nothing-decided-here = Votre structure n’a rien décidé de cette paire.
    .hint = { $count ->
        [0] Personne d’autre n’en a décidé non plus.
       *[other] La décision est de : { $names }. Décidez à votre tour, ou demandez-lui de revenir sur la sienne.
    }
