# La table de référence : emplois et exploitations du territoire, auxquels le bilan compare.

cmd-baseline = Tenir la table de référence du territoire : emplois, exploitations
cmd-baseline-show = Montrer la table de référence, et les intercommunalités qui y manquent
    .example = capactif baseline show
cmd-baseline-load = Prendre une table de référence à la place de celle d’avant, si elle se comprend en entier
    .example = capactif baseline load baseline.csv
cmd-baseline-form = Écrire la table dans un fichier à remplir, une ligne par intercommunalité qui y manque
    .example = capactif baseline form baseline.csv
arg-baseline-load-file = Fichier : epci;year;jobs;active_farms;source, une ligne par intercommunalité et par année
arg-baseline-form-file = Fichier à écrire ; il ne doit pas exister

baseline-year = Année
baseline-jobs = Emplois
baseline-farms = Exploitations
baseline-source = Source
baseline-none = Pas de table de référence : rien n’est comparé.
baseline-none-hint = Pour en remplir une : capactif baseline form FICHIER, puis capactif baseline load FICHIER
baseline-missing = { $count ->
        [one] Sans chiffres : { $names }.
       *[other] Sans chiffres ({ $count }) : { $names }.
    }
baseline-form-note = À remplir : emplois au lieu de travail (INSEE), exploitations actives (Agreste), leur année et leur source. Une case vide vaut « non connu ».
baseline-form-written = Table à remplir : { $path }. Ensuite : capactif baseline load { $path }
