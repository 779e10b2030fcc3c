# Porteurs et pièces jointes : commandes, arguments, ce qui s’affiche.

cmd-holder-add =
    .example = capactif holder add --name "Jeanne Dupré" --phone "06 12 34 56 78" --residence epci:200070761 --share cci-thiers,adie
cmd-holder-edit = Corriger l’identité d’un porteur, pour tous ceux qui la lisent
    .example = capactif holder edit PP-7K3F2Q --phone "07 11 22 33 44"
cmd-holder-share = Laisser d’autres structures lire qui est un porteur
    .example = capactif holder share PP-7K3F2Q adie
cmd-holder-unshare = Sceller de nouveau l’identité, sans cette structure
    .example = capactif holder unshare PP-7K3F2Q adie
cmd-holder-search = Chercher un nom ou un numéro parmi les identités que votre structure peut lire
    .example = capactif holder search Dupré
cmd-holder-log = Dire qui a été consulté sur ce nœud, et quand
    .example = capactif holder log PP-7K3F2Q
cmd-opportunity-attach = Joindre des photos ou des documents
    .example = capactif opportunity attach 3f9a12c4 façade.jpg bail.pdf
cmd-opportunity-attachments = Lister les pièces jointes
    .example = capactif opportunity attachments 3f9a12c4
cmd-opportunity-detach = Retirer des pièces jointes
    .example = capactif opportunity detach 3f9a12c4 bail.pdf
cmd-opportunity-save = Enregistrer les pièces jointes dans un dossier
    .example = capactif opportunity save 3f9a12c4 --into photos

arg-holder-add-name = Prénom et nom ; scellé
arg-holder-add-phone = Téléphone ; scellé
arg-holder-add-email = Courriel ; scellé
arg-holder-add-address = Adresse ; scellée
arg-holder-add-notes = Situation du foyer, préférence de contact ; scellé. Aucune donnée de santé, aucun tiers nommé
arg-share = Structures qui pourront lire l’identité, outre la vôtre, avec l’accord de la personne
value-share = STRUCTURE,…
arg-holder-edit-name = Prénom et nom
arg-holder-edit-phone = Téléphone
arg-holder-edit-email = Courriel
arg-holder-edit-address = Adresse
arg-holder-edit-notes = Situation du foyer, préférence de contact
value-holder-edit-name = TEXTE
value-holder-add-name = TEXTE
value-phone = NUMÉRO
value-holder-edit-address = TEXTE
value-holder-add-address = TEXTE
value-notes = TEXTE
arg-structures = Structures, par leur nom ou une partie de leur nom
value-structures = STRUCTURE
arg-holder-unshare-structure = Structure, par son nom ou une partie de son nom
value-holder-unshare-structure = STRUCTURE
arg-holder-search-text = Nom, partie d’un nom, adresse ou numéro
value-holder-search-text = TEXTE
arg-holder-log-id = Porteur ; tous sans lui
arg-files = Photos et documents, de 16 Mo chacun au plus
value-files = FICHIER
arg-names = Noms des pièces jointes, ou début de leur empreinte
value-names = NOM
arg-into = Dossier ; sans lui, celui où l’on est
value-into = DOSSIER

holder-added = { $pseudonym } est enregistré ({ $id }). Son identité est scellée pour : { $readers }.
holder-edited = L’identité de { $id } est corrigée, pour tous ceux qui la lisent.
holder-unchanged = Rien n’a changé.
holder-shared = L’identité de { $id } est lisible par : { $readers }.
holder-unshared = L’identité de { $id } est scellée de nouveau, pour : { $readers }. Ce qui avait été lu reste su.
holder-without-identity = Aucune identité n’est scellée pour cette fiche.
holder-identity = Identité, scellée pour : { $readers }. Cette consultation est notée.
holder-sealed-by = Selon { $name }, { $when } :
holder-in-conflict = Deux structures ont écrit des choses différentes : dites ce qui vaut avec « capactif holder edit ».
holder-found = { $count ->
        [0] Personne, parmi
        [one] Une personne, parmi
       *[other] { $count } personnes, parmi
    } { $searched ->
        [one] { $searched } identité que votre structure peut lire.
       *[other] { $searched } identités que votre structure peut lire.
    }
holder-never-read = Aucune identité n’a été consultée sur ce nœud.
identity-pseudonym = Pseudonyme
identity-name = Nom
identity-phone = Téléphone
identity-email = Courriel
identity-address = Adresse
identity-notes = Notes
reading-at = Quand
reading-purpose = Pour
reading-show = consulter
reading-edit = corriger
reading-search = trouvé par une recherche

attachments-added = { $count ->
        [one] Une pièce jointe à { $id } : { $names }.
       *[other] { $count } pièces jointes à { $id } : { $names }.
    }
attachments-removed = { $count ->
        [one] Une pièce retirée de { $id } : { $names }.
       *[other] { $count } pièces retirées de { $id } : { $names }.
    }
attachments-none = Aucune pièce jointe.
attachment-name = Nom
attachment-size = Taille
attachment-media = Nature
attachment-place = Ici
attachment-held = oui
attachment-awaited = attendue

status-blobs-waiting = { $count ->
        [one] Un fichier attendu (partie scellée ou pièce jointe).
       *[other] { $count } fichiers attendus (parties scellées, pièces jointes).
    }
status-blobs-ungiven = { $count ->
        [one] Un fichier n’est encore que sur ce nœud.
       *[other] { $count } fichiers ne sont encore que sur ce nœud.
    }
