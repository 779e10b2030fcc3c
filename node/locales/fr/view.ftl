# Ce que le registre local ne peut pas faire. Un message `error-<code>` chacun ; `.hint` dit quoi faire.

error-view-database = La vue locale du registre n’a pas pu être utilisée : { $detail }
    .hint = Libérez de la place sur le disque, puis lancez « capactif doctor --rebuild » : rien n’est perdu, elle se reconstruit.
error-view-disk-full = Le disque est plein : la vue locale du registre ne peut plus être tenue à jour ({ $detail }).
    .hint = Libérez de la place : rien de ce qui a été confirmé n’est perdu, et la vue se met à jour d’elle-même.
error-view-files = Les fichiers de la vue locale n’ont pas pu être ouverts : { $detail }
    .hint = Vérifiez les droits sur le dossier de travail, la place sur le disque et le nombre de fichiers que le système laisse ouvrir (ulimit -n).
error-view-malformed = La vue locale contient une donnée illisible ({ $what }).
    .hint = Lancez « capactif doctor --rebuild » : rien n’est perdu, elle se reconstruit.
error-unknown-record = Aucune fiche ne porte l’identifiant { $id }.
    .hint = Cherchez-la avec « list » ou « search » : les listes affichent les identifiants.
error-ambiguous-prefix = { $prefix } peut désigner plusieurs fiches : { $candidates }.
    .hint = Donnez davantage de caractères de l’identifiant.
error-malformed-prefix = { $prefix } n’est pas le début d’un identifiant.
    .hint = Un identifiant est fait de chiffres et de lettres de a à f ; les listes les affichent.
error-unknown-collection = Il n’existe pas de collection nommée { $collection }.
error-unknown-field = { $collection } n’a pas de champ nommé { $field }.
    .hint = L’aide de la commande « { $collection } add » donne la liste des champs.
error-malformed-condition = La condition « { $condition } » n’est pas comprise.
    .hint = Écrivez un champ, un opérateur (=, !=, <, <=, >, >=, ~) et une valeur, par exemple price_max<=90000.
error-malformed-condition-value = « { $value } » ne peut pas être comparé au champ { $field }.
error-empty-search = Il n’y a pas de mot à chercher.
    .hint = Donnez au moins un mot qui ne soit pas un article ou une préposition.
error-forbidden-query = Seule une instruction SELECT est permise ({ $reason }).
error-malformed-query = La requête n’est pas comprise : { $reason }
    .hint = Seul SELECT est permis ; chaque collection est une table (opportunity, project…), « record » les contient toutes.
error-query-too-long = La requête a été arrêtée au bout de { $seconds } s.
    .hint = Restreignez-la par une condition, ou ajoutez LIMIT.

error-record-exists = La fiche { $id } existe déjà.
error-record-erased = La fiche { $id } a été effacée pour toujours : elle ne peut pas être recréée sous la même origine.
    .hint = Modifiez-la avec « set ».
error-empty-record = Une fiche sans aucune valeur ne peut pas être créée.
error-edit-too-large = La modification fait { $actual } octets ; une écriture en contient au plus { $limit }.
    .hint = Raccourcissez le texte, ou modifiez en plusieurs fois.
error-malformed-field = « { $field } » ne peut pas être un nom de champ.
error-record-quarantined = La fiche { $id } a été mise à l’écart sur cet appareil et ne peut pas être modifiée.
    .hint = Lancez « capactif doctor --rebuild » ; si cela persiste, signalez-le : c’est un défaut du logiciel.
error-document-failure = La fiche n’a pas pu être modifiée : { $detail }
    .hint = Lancez « capactif doctor --rebuild » ; si cela persiste, signalez-le : c’est un défaut du logiciel.

# Ce qu’une écriture attend.
pending-unknown-author = la structure de son auteur n’est pas encore connue
pending-missing-ancestor = une écriture qu’elle suit n’est pas encore arrivée
pending-unknown-version = la version de la charte qu’elle cite n’est pas encore arrivée
pending-version-not-in-force = la version de la charte qu’elle cite n’est pas en vigueur
pending-not-admitted = la structure de son auteur n’est pas encore admise
pending-head-not-fixed = la charte n’a pas encore fixé jusqu’où ce journal compte
pending-journal-below-head = le journal n’est pas encore arrivé jusqu’où la charte le fait compter
pending-journal-below-revocation = le journal n’est pas encore arrivé jusqu’où la structure de son auteur le fait compter
pending-author-suspended = son auteur est suspendu
pending-quarantined = la fiche est mise à l’écart sur cet appareil

# Pourquoi une écriture n’a pas été appliquée.
refused-malformed-body = son contenu n’a pas la forme attendue
refused-malformed-change = sa modification n’a pas la forme attendue
refused-needs-newer-version = l’entrée est d’une version plus récente de Cap Actif : mettez capactif à jour
refused-no-record = l’entrée ne désigne aucune fiche
refused-wrong-epoch = elle se réclame d’une série que son auteur n’a pas ouverte ici
refused-wrong-ancestors = elle ne suit pas la création de la fiche
refused-wrong-sequence = son auteur a déjà employé ce numéro, ou en a sauté un
refused-wrong-operation-number = ses numéros d’opération ne suivent pas ceux de ce qu’elle suit
refused-unseen-operation = elle remplace ce que son auteur n’a pas pu voir
refused-erasure-by-another = elle efface une fiche qui n’appartient pas à sa structure
refused-erasure-of-another-record = elle efface une autre fiche que celle qu’elle nomme
refused-erasure-of-several-owners = elle efface à la fois des fiches de plusieurs structures
refused-transfer-by-another = elle donne ou accepte une fiche sans en être la structure propriétaire ou la destinataire
refused-transfer-of-another-record = elle transfère une autre fiche que celle qu’elle nomme
refused-transfer-by-who-left = son auteur n’était plus membre, ou ne l’est plus depuis
refused-erasure-by-who-left = son auteur n’était plus membre, ou ne l’est plus depuis
refused-refused-ancestor = elle suit une écriture qui a été refusée
refused-charter-falls-back = elle cite une version de la charte plus ancienne qu’une écriture précédente du même journal
refused-not-granted = la charte ne donnait pas ce mandat à la structure de son auteur
refused-left-the-network = la structure ou l’appareil de son auteur ne faisait plus partie du réseau
refused-node-revoked = la structure de son auteur avait révoqué cet appareil avant
refused-beyond-head = elle vient après la limite que la charte a fixée à ce journal
