# Fichiers apportés et emportés : import et export.

error-file_empty = Le fichier est vide. Vérifiez qu’il a bien été enregistré, puis recommencez.
error-file_not_text = Le fichier n’est ni du texte ni un classeur lisible. Enregistrez-le au format xlsx, ou « CSV UTF-8 », puis recommencez.
error-file_unreadable = Le fichier ne peut pas être lu : { $reason }. Vérifiez qu’il existe encore et que vous avez le droit de le lire.
error-old_workbook = C’est un ancien classeur Excel (.xls) ou un classeur protégé par mot de passe. Retirez le mot de passe et enregistrez-le au format xlsx.
error-open_document = C’est un classeur OpenDocument (.ods). Dans LibreOffice, enregistrez-le au format xlsx ou CSV.
error-bad_workbook = Le classeur ne peut pas être lu : { $reason }. Ouvrez-le dans votre tableur, enregistrez-le à nouveau au format xlsx, puis recommencez.
error-workbook_too_large = Le classeur dépasse la limite de { $limit } ({ $what }). Partagez-le en plusieurs fichiers, ou enregistrez la feuille au format CSV.
error-not_json_lines = Le fichier devrait être du JSON, mais il ne contient aucune fiche. Écrivez un objet par ligne (JSON Lines), ou une liste d’objets.
error-broken_json = Ligne { $line }, colonne { $column } : le JSON s’interrompt ({ $reason }). La suite n’a pas été lue ; demandez le fichier entier.
error-standard_elsewhere = Ce fichier est au format { $standard }, qui ne va pas dans la collection { $collection }. Importez-le dans : { $allowed }.
error-newer_standard = Le fichier se dit de la version { $version }, plus récente que { $standard }, que ce programme connaît. Mettez Cap Actif à jour, ou demandez le fichier dans cette version.
error-unreadable_header = La ligne d’en-tête (ligne { $line }) ne peut pas être lue. Corrigez-la, puis recommencez.
error-header_not_recognised = Aucune colonne n’est reconnue parmi : { $found }. Colonnes attendues : { $expected }. Renommez les colonnes, ou donnez un correspondance (--mapping).
error-missing_columns = Il manque des colonnes : { $fields }. Ajoutez-les, ou donnez une valeur par défaut dans le fichier de correspondance.
error-duplicate_column = Les colonnes { $first } et { $second } remplissent toutes deux le champ { $field }. Retirez-en une, ou ignorez-la dans le fichier de correspondance.
error-bad_mapping = Le fichier de correspondance ne peut pas être lu : { $reason }.
error-unknown_mapping_field = La correspondance nomme le champ { $field }, qui n’existe pas ou ne s’écrit pas. Corrigez le nom.
error-misspelt_mapping_field = La correspondance nomme le champ { $field }, qui n’existe pas ou ne s’écrit pas. Voulez-vous dire { $nearest } ?
error-mapping_of_other = La correspondance est faite pour { $found }, pas pour { $expected }. Choisissez-en une autre, ou une autre collection.
error-bad_default = La valeur par défaut de { $field } n’est pas valable.
error-endless_line = Ligne { $line }, colonne { $column } : une cellule se poursuit au-delà de { $limit } octets. Le fichier n’est sans doute pas un tableau ; la suite n’a pas été lue.
error-too_many_rows = Le fichier a plus de { $limit } lignes. Partagez-le ; la suite n’a pas été lue.
error-export_unwritable = Le fichier ne peut pas être écrit : { $reason }. Vérifiez la place disponible et vos droits sur le dossier.

row-quote_not_closed = un guillemet est ouvert ici et jamais refermé
row-text_after_quote = du texte suit un guillemet fermant ; doublez les guillemets qui font partie du texte
row-cell_too_large = la cellule dépasse { $limit } octets
row-row_too_large = la ligne dépasse { $limit } octets
row-too_many_columns = la ligne a plus de { $limit } colonnes
row-wrong_encoding = la cellule n’est pas en { $encoding } comme le reste du fichier ; enregistrez tout le fichier en UTF-8
row-mixed_encoding = la cellule est en UTF-8 alors que le fichier est en Windows-1252 ; enregistrez tout le fichier en UTF-8
row-lost_letters = des lettres accentuées ont été perdues par un autre logiciel ; retapez la cellule
row-column_count = { $found } cellules alors que l’en-tête en a { $expected } ; vérifiez les séparateurs et les guillemets
row-not_json = la ligne n’est pas un objet JSON : { $reason }
row-nested_json = un objet JSON ne peut pas être la valeur d’un champ
row-not_a_list = ce champ prend une seule valeur, pas une liste
row-field_twice = le champ { $field } est donné deux fois
row-failed_formula = la formule de la cellule donne { $value }
row-not_cents = « { $text } » n’est pas un nombre entier de centimes
row-missing_value = { $field } est obligatoire
row-duplicate_reference = la référence { $source_id } figure déjà à la ligne { $first_line } ; gardez une seule des deux lignes
row-other_collection = la ligne appartient à { $found }, pas à { $expected }

notice-unknown_column = La colonne « { $header } » n’est pas reconnue : elle est ignorée.
notice-derived_column = La colonne « { $header } » est calculée : elle n’est pas lue.
notice-sealed_column = La colonne « { $header } » contient ce qui se scelle, fiche par fiche et pour des lecteurs nommés : elle n’est pas lue, rien n’en est gardé. Donnez-le ensuite à chaque fiche, avec « set ».
notice-unused_mapping = Le fichier de correspondance nomme la colonne « { $header } », absente du fichier.
notice-lines_above_header = Les lignes au-dessus de l’en-tête (ligne { $line }) sont ignorées.
notice-other_sheets = Seule la feuille « { $sheet } » est lue. Feuilles laissées de côté : { $others }.
notice-no_reference = Aucune colonne ne donne de référence (source_id) : une ligne corrigée plus tard dans ce fichier créera une nouvelle fiche au lieu de modifier l’ancienne.

# Fiches qu’un export laisse de côté.
notice-short_name = Laissées de côté, leur nom ayant moins de trois lettres : { $count }.
notice-no_longer_valid = Laissées de côté, leur date de validité étant passée : { $count }.
notice-not_offered = Laissées de côté, n’étant ni en ligne ni vérifiées depuis peu : { $count }.
notice-other_kind = Laissées de côté, n’étant ni des locaux ni des terrains : { $count }.
notice-no_surface = Laissées de côté, sans surface en m² : { $count }.
notice-no_place = Laissées de côté, sans commune publiable : { $count }.
notice-no_time = Laissées de côté, sans date : { $count }.
