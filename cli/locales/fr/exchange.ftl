# Fichiers apportés et emportés : import, export, correspondances.

arg-import-file = Fichier CSV, xlsx ou JSON : colonnes de Cap Actif, data·inclusion v1, HSDS 3.0, GeoJSON, CNIG sites économiques
arg-import-mapping = Correspondance entre colonnes et champs : un nom gardé par « capactif mapping save », ou un fichier JSON
arg-import-source = Provenance des lignes : un nouvel import de la même source met à jour ses fiches
arg-import-complete = Le fichier contient tout ce que sa source a : vos fiches qui n’y sont plus sont marquées à vérifier, jamais supprimées
arg-import-history = Les lignes racontent le passé d’orientations que votre structure a envoyées (avec --collection referral) : leurs états et leurs jours
arg-import-dry-run = Ne rien écrire : montrer les premières lignes telles qu’elles seraient
arg-export-format = Entre membres, champs publics et du réseau : csv, jsonl, ics (réunions et formations, sans les personnes), automerge ; pour tous, champs publics seulement : geojson, data-inclusion, hsds (structures, aides, services), cnig-site, cnig-terrain (locaux et terrains), atom (opportunités, actualités)
arg-export-public = En csv ou jsonl, seulement les champs publics, et les opportunités en ligne
arg-export-output = Fichier à écrire (par défaut, la sortie standard)
arg-mapping-show-name = Nom de la correspondance
arg-mapping-save-name = Nom : minuscules sans accent, chiffres, - et _
arg-mapping-save-file = Fichier JSON : la forme que montre « capactif mapping show »
arg-mapping-save-collection = Collection pour laquelle elle est faite
arg-mapping-remove-name = Nom de la correspondance

cmd-import = Importer les lignes d’un fichier CSV, xlsx ou JSON
    .example =
        capactif import locaux.csv --collection opportunity --dry-run
        capactif import agences.csv --collection opportunity --mapping agences --source agency --complete
        capactif import structures.json --collection structure
        capactif import orientations-2024.csv --collection referral --history --dry-run
cmd-export = Exporter une collection vers un fichier
    .example =
        capactif export --collection opportunity --format csv -o opportunites.csv
        capactif export --collection structure --format data-inclusion -o structures.json
cmd-mapping = Ce que veulent dire les colonnes d’un fichier, gardé pour le prochain import
cmd-mapping-list = Les correspondances gardées ici
    .example = capactif mapping list
cmd-mapping-show = Montrer une correspondance, telle qu’un fichier la donne
    .example = capactif mapping show agences
cmd-mapping-save = Garder une correspondance sous un nom, après l’avoir vérifiée
    .example = capactif mapping save agences agences.json --collection opportunity
cmd-mapping-remove = Oublier une correspondance
    .example = capactif mapping remove agences

detected-standard = norme
detected-version = version

mapping-list-empty = Aucune correspondance n’est gardée ici. capactif mapping save NOM FICHIER en garde une.
mapping-name = Nom
mapping-collection = Collection
mapping-columns = Colonnes
mapping-source = Source
mapping-saved = La correspondance « { $name } » est gardée : --mapping { $name }.
mapping-removed = La correspondance « { $name } » est oubliée.

import-unlisted = { $marked ->
        [0] Rien de nouveau ne manque chez « { $source } »
        [one] Une fiche ne figure plus chez « { $source } » : elle est à vérifier
       *[other] { $marked } fiches ne figurent plus chez « { $source } » : elles sont à vérifier
    }{ $already ->
        [0] .
        [one] {" "}(une l’était déjà).
       *[other] {" "}({ $already } l’étaient déjà).
    }
import-unlisted-would = Essai : { $marked ->
        [0] rien de nouveau ne manque chez « { $source } »
        [one] une fiche ne figure plus chez « { $source } » et serait à vérifier
       *[other] { $marked } fiches ne figurent plus chez « { $source } » et seraient à vérifier
    }{ $already ->
        [0] .
        [one] {" "}(une l’était déjà).
       *[other] {" "}({ $already } l’étaient déjà).
    }
import-unlisted-skipped = Rien n’est marqué comme absent de « { $source } » : des lignes n’ont pas pu être lues, et ce qui manque y est peut-être. Corrigez-les, puis recommencez.
