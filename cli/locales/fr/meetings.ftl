# Rencontres et ce qui a changé depuis : commandes, arguments, ce qui s’affiche.

cmd-changes = Voir ce qui a changé dans le registre depuis un jour ou la dernière rencontre
    .example = capactif changes --since-meeting
arg-changes-since = Jour ou instant depuis lequel
value-changes-since = JOUR
arg-changes-since-meeting = Depuis la dernière rencontre tenue, informelle ou non
arg-changes-collection = Cette collection seulement
arg-changes-limit = Combien de fiches nommer, les dernières touchées d’abord
cmd-meeting-agenda = Proposer l’ordre du jour de la prochaine rencontre, d’après le registre
    .example = capactif meeting agenda --html ordre-du-jour.html
cmd-meeting-convocation = Écrire la convocation, avec l’ordre du jour
    .example = capactif meeting convocation 3f9a12c4 --html convocation.html
cmd-meeting-sheet = Écrire la feuille de présence à signer
    .example = capactif meeting sheet 3f9a12c4 --html presence.html
cmd-meeting-minutes = Écrire le compte rendu : présents, ordre du jour, décisions
    .example = capactif meeting minutes 3f9a12c4 --html compte-rendu.html
arg-meeting-agenda-id = Rencontre ; sans elle, la prochaine
arg-html = Écrire une page à imprimer dans ce fichier
value-html = FICHIER
arg-meeting-agenda-save = Garder cet ordre du jour dans la fiche de la rencontre, où chacun peut le corriger
arg-meeting-agenda-replace = Remplacer l’ordre du jour qui y est déjà ; l’historique garde l’ancien

page-written = Page écrite dans { $path }. Ouvrez-la dans un navigateur pour l’imprimer.

changes-nothing = Rien n’a changé depuis le { $since }.
changes-since = Depuis le { $since }
changes-counted-created = { $count ->
        [one] { $count } créée
       *[other] { $count } créées
    }
changes-counted-changed = { $count ->
        [one] { $count } modifiée
       *[other] { $count } modifiées
    }
changes-counted-removed = { $count ->
        [one] { $count } retirée
       *[other] { $count } retirées
    }
changes-what = Quoi
changes-title = Intitulé
changes-by = Par
changes-on = Le
changes-what-created = Créée
changes-what-changed = Modifiée
changes-what-removed = Retirée

meeting-agenda-title = Ordre du jour
meeting-agenda-written = Ordre du jour fixé
meeting-agenda-saved = L’ordre du jour est dans la fiche { $id }. Corrigez-le par « meeting set { $id } --agenda … ».
meeting-none-planned = Aucune rencontre n’est prévue ; ajoutez-la par « meeting add ».
meeting-since = { $known ->
        [yes] Depuis la rencontre du { $since }.
       *[no] Depuis le { $since } ; aucune rencontre plus ancienne n’est connue.
    }
meeting-nothing = Rien à signaler.
meeting-none = Aucune.
meeting-nobody = Personne n’est noté.
meeting-nothing-written = Rien n’est écrit.
meeting-section-late-referrals = Orientations sans réponse dans les temps ({ $count })
meeting-section-new-projects = Nouveaux projets ({ $count })
meeting-section-expired = Annonces à revérifier ({ $count })
meeting-section-duplicates = Doublons à trancher ({ $count })
meeting-section-decisions = Décisions à faire ({ $count })
meeting-section-improvements = Marges de progrès ({ $count })
meeting-section-actions = Actions du réseau ({ $count })
meeting-section-charter = Charte
meeting-charter-proposals = { $count ->
        [one] Une version de la charte est proposée au vote ; voyez « charter show ».
       *[other] { $count } versions de la charte sont proposées au vote ; voyez « charter show ».
    }
meeting-convocation-title = Convocation
meeting-convocation-text = Vous êtes invité à cette rencontre. Si vous ne pouvez pas venir, prévenez qui l’anime et dites qui vous représente.
meeting-invited = Invités
meeting-person = Nom
meeting-structure = Structure
meeting-signature = Signature
meeting-signatures = Signatures
meeting-sheet-title = Feuille de présence
meeting-sheet-text = Chacun signe en face de son nom ; les autres ajoutent le leur.
meeting-minutes-title = Compte rendu
meeting-minutes-text = Ce qui s’est dit
meeting-present = Présents ({ $count })
meeting-decisions = Décisions
meeting-improvements = Marges de progrès soulevées

error-no-meeting-planned = Aucune rencontre n’est prévue.
    .hint = Ajoutez-la d’abord : « meeting add --kind monthly --at "2026-12-03 14:00" --place … ».
error-agenda-written = La rencontre a déjà un ordre du jour.
    .hint = Corrigez-le par « meeting set », ou remplacez-le avec --replace.
