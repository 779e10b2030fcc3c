# Défauts que constate la ligne de commande elle-même. `.hint` dit que faire ensuite.

error-prefix = Erreur :

error-unexpected = { $reason }.
    .hint = Relancez la commande avec -vv pour en savoir plus.
error-too-many-files = Trop de fichiers sont ouverts : { $reason }.
    .hint = Fermez d’autres programmes ou relevez la limite (ulimit -n), et recommencez.
error-home-unknown = Cette plateforme n’indique aucun dossier pour les données.
    .hint = Donnez-en un avec --home DOSSIER.
error-node-unreachable = Le nœud en marche ne répond pas à { $address } : { $reason }.
    .hint = S’il vient de s’arrêter, relancez la commande ; sinon redémarrez-le avec capactif run.
error-token-unreadable = Le jeton du nœud en marche, « { $path } », ne peut pas être lu : { $reason }.
    .hint = Lancez la commande avec le compte qui fait tourner le nœud.
error-file-unreadable = Le fichier « { $path } » ne peut pas être lu : { $reason }.
    .hint = Vérifiez que vous avez le droit de le lire.
error-file-unwritable = Le fichier « { $path } » ne peut pas être écrit : { $reason }.
    .hint = Choisissez un dossier où vous pouvez écrire.
error-stdin-unreadable = L’entrée standard n’est pas un texte lisible : { $reason }.
    .hint = Donnez un texte en UTF-8.
error-stdin-too-long = Le texte lu sur l’entrée standard dépasse { $limit } octets.
    .hint = Raccourcissez-le.
error-mapping-unreadable = La correspondance « { $path } » n’est pas lisible : { $reason }.
    .hint = Attendu, en JSON : {"{"}"columns": {"{"}"Nom de colonne": "champ"{"}"}, "defaults": {"{"}"champ": "valeur"{"}"}{"}"}.
error-import-nothing-taken = Aucune ligne de « { $path } » n’a pu être reprise ; rien n’a été écrit.
    .hint = Corrigez les lignes citées, et essayez d’abord avec --dry-run.
error-nothing-to-change = Aucun champ n’est donné.
    .hint = Donnez au moins un champ à modifier, par exemple --status published.
error-binary-to-terminal = Cet export n’est pas du texte.
    .hint = Donnez un fichier avec -o FICHIER.
error-doctor-found-problems = { $count ->
        [one] Un problème a été trouvé.
       *[other] { $count } problèmes ont été trouvés.
    }
    .hint = Lancez capactif doctor --rebuild si la vue est en cause ; pour un journal, suivez ce qui est dit ci-dessus.

usage-value-missing = L’option « { $argument } » attend une valeur.
usage-value-invalid = La valeur « { $value } » ne convient pas pour « { $argument } ».
usage-argument-unknown = L’option ou l’argument « { $argument } » n’existe pas ici.
usage-command-unknown = La commande « { $command } » n’existe pas.
usage-arguments-conflict = « { $argument } » ne va pas avec « { $other } ».
usage-argument-missing = Il manque : { $argument }
usage-command-missing = Il manque une commande.
usage-value-count = Le nombre de valeurs de « { $argument } » ne convient pas.
usage-unreadable = La ligne de commande n’est pas lisible : est-elle en UTF-8 ?
usage-did-you-mean = Vouliez-vous dire « { $suggestion } » ?
usage-valid-values = Valeurs possibles : { $values }
usage-see-help = Pour en savoir plus, ajoutez --help.

at-line-and-column = ligne { $line }, colonne { $column } :
at-line = ligne { $line } :
and-others = { $count ->
        [one] et un autre
       *[other] et { $count } autres
    }
error-bad-listen-address = « { $address } » n’est pas une adresse où écouter : { $reason }.
    .hint = Donnez une adresse et un port, par exemple [::]:7630 ou 127.0.0.1:7630.
