# Papiers signés, joints à une évaluation ou à une rencontre : commandes, arguments, ce qui s’affiche.

cmd-evaluation-attach = Joindre le papier signé d’une évaluation (procès-verbal numérisé), scellé pour votre structure et celles que vous nommez
    .example =
        capactif evaluation attach 2026-H1 pv-signe.pdf
        capactif evaluation attach 2026-H1 pv-signe.pdf --share cci,adie
cmd-evaluation-attachments = Lister les papiers signés d’une évaluation
    .example = capactif evaluation attachments 2026-H1
cmd-evaluation-detach = Retirer un papier signé d’une évaluation
    .example = capactif evaluation detach 2026-H1 5c0ffee1
cmd-evaluation-save = Enregistrer dans un dossier les papiers signés d’une évaluation
    .example = capactif evaluation save 2026-H1 --into papiers
cmd-meeting-attach = Joindre le papier signé d’une rencontre (procès-verbal, feuille de présence), scellé pour votre structure et celles que vous nommez
    .example = capactif meeting attach 3f9a12c4 pv-signe.pdf --share cci
cmd-meeting-attachments = Lister les papiers signés d’une rencontre
    .example = capactif meeting attachments 3f9a12c4
cmd-meeting-detach = Retirer un papier signé d’une rencontre
    .example = capactif meeting detach 3f9a12c4 5c0ffee1
cmd-meeting-save = Enregistrer dans un dossier les papiers signés d’une rencontre
    .example = capactif meeting save 3f9a12c4 --into papiers

arg-evaluation-attach-id = Semestre, ou début de l’identifiant de l’évaluation
value-evaluation-attach-id = SEMESTRE
arg-evaluation-attachments-id = Semestre, ou début de l’identifiant de l’évaluation
value-evaluation-attachments-id = SEMESTRE
arg-evaluation-detach-id = Semestre, ou début de l’identifiant de l’évaluation
value-evaluation-detach-id = SEMESTRE
arg-evaluation-save-id = Semestre, ou début de l’identifiant de l’évaluation
value-evaluation-save-id = SEMESTRE
arg-evaluation-attach-files = Papiers numérisés (PDF, JPEG, PNG), de 4 Mo chacun au plus
arg-meeting-attach-files = Papiers numérisés (PDF, JPEG, PNG), de 4 Mo chacun au plus
arg-evaluation-attach-share = Structures qui pourront lire les papiers, outre la vôtre
arg-meeting-attach-share = Structures qui pourront lire les papiers, outre la vôtre
arg-numbers = Numéros de papiers, tels que « attachments » les donne
value-numbers = NUMÉRO

papers-title = Papiers signés
papers-added = { $count ->
        [one] Un papier signé joint à { $id } : { $names }. Lu par : { $readers }.
       *[other] { $count } papiers signés joints à { $id } : { $names }. Lus par : { $readers }.
    }
papers-removed = { $count ->
        [one] Un papier retiré de { $id } : { $names }. Personne ne l’ouvre plus ; son fichier disparaît dans un mois.
       *[other] { $count } papiers retirés de { $id } : { $names }. Personne ne les ouvre plus ; leurs fichiers disparaissent dans un mois.
    }
papers-none = Aucun papier signé.
papers-are-evidence = Un papier témoigne ; il ne compte pas dans le quorum, que seules les clés remplissent.
papers-attached = { $count ->
        [one] Un papier signé est joint, le { $on }{ $others ->
            [0] {""}
           *[other] , sur d’autres chiffres que ceux-ci
        }
       *[other] { $count } papiers signés sont joints, le dernier le { $on }{ $others ->
            [0] {""}
            [one] , dont un sur d’autres chiffres que ceux-ci
           *[other] , dont { $others } sur d’autres chiffres que ceux-ci
        }
    } ; le quorum ne compte que les clés.
paper-number = N°
paper-attached-on = Joint le
paper-by = Par
paper-figures = Chiffres
paper-readers = Lu par
paper-of-other-figures = { $hash } (d’autres)
committee-signed = Ce qui est signé ici : les chiffres de { $period }, empreinte { $hash }. Une signature sur papier en témoigne ; le quorum ne compte que les clés.
