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
cmd-grant = Laisser d’autres structures lire ce qui est scellé d’une fiche
    .example = capactif grant 3f9a12c4 adie
cmd-revoke = Sceller de nouveau ce qui l’est d’une fiche, sans cette structure
    .example = capactif revoke 3f9a12c4 adie
cmd-readings = Dire ce qui a été consulté de scellé sur ce nœud, et quand
    .example = capactif readings
cmd-opportunity-attach = Joindre des photos ou des documents
    .example = capactif opportunity attach 3f9a12c4 façade.jpg bail.pdf
cmd-opportunity-attachments = Lister les pièces jointes
    .example = capactif opportunity attachments 3f9a12c4
cmd-opportunity-detach = Retirer des pièces jointes
    .example = capactif opportunity detach 3f9a12c4 bail.pdf
cmd-opportunity-save = Enregistrer les pièces jointes dans un dossier
    .example = capactif opportunity save 3f9a12c4 --into photos

arg-share = Structures qui pourront lire ce qui est scellé, outre celles que cela concerne, avec l’accord de la personne
value-share = STRUCTURE,…
arg-sealed-field = { $text } ; scellé
arg-sealed = Chercher parmi ce qui est scellé et que votre structure peut lire
arg-record = Fiche : le début de son identité, ou son nom
value-record = FICHE
arg-revoke-structure = Structure, par son nom ou une partie de son nom
value-revoke-structure = STRUCTURE
arg-readings-record = Fiche ; toutes sans elle
arg-referral-send-reason = Motif en toutes lettres ; scellé pour les structures de l’orientation
arg-referral-reopen-reason = Pourquoi la rouvrir, en toutes lettres ; scellé pour les structures de l’orientation
arg-referral-reroute-reason = Motif en toutes lettres ; scellé pour les structures de l’orientation
value-referral-send-reason = TEXTE
value-referral-reroute-reason = TEXTE
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
sealed-erased = { $part ->
    [identity] L’identité scellée de cette fiche a été effacée : « capactif erase status » dit par qui et quand.
   *[other] Ce qui était scellé de cette fiche a été effacé : « capactif erase status » dit par qui et quand.
    }
holder-without-identity = Aucune identité n’est scellée pour cette fiche.
holder-identity = Identité, scellée pour : { $readers }. Cette consultation est notée.
holder-sealed-by = Selon { $name }, { $when } :
holder-export-others = Besoins, actions, avis et bilans
holder-found = { $count ->
        [0] Personne, parmi
        [one] Une personne, parmi
       *[other] { $count } personnes, parmi
    } { $searched ->
        [one] { $searched } identité que votre structure peut lire.
       *[other] { $searched } identités que votre structure peut lire.
    }
holder-never-read = Aucune identité n’a été consultée sur ce nœud.
sealed-to = Ce qui est scellé de cette fiche est lu par : { $readers }.
sealed-granted = Ce qui est scellé de { $id } est lisible par : { $readers }.
sealed-revoked = Ce qui est scellé de { $id } l’est de nouveau, pour : { $readers }. Ce qui avait été lu reste su.
sealed-title = Scellé, lu par : { $readers }. Cette consultation est notée.
sealed-in-conflict = Deux structures ont écrit des choses différentes : dites ce qui vaut avec « capactif { $command } ».
sealed-found = { $count ->
        [0] Aucune fiche, parmi
        [one] Une fiche, parmi
       *[other] { $count } fiches, parmi
    } { $searched ->
        [one] { $searched } dont votre structure peut lire ce qui est scellé.
       *[other] { $searched } dont votre structure peut lire ce qui est scellé.
    }
sealed-never-read = Rien de scellé n’a été consulté sur ce nœud.
reading-of = Fiche
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
