# La journée d’une technicienne : ce qui attend, et ce que demandent ceux qui s’installent.

cmd-todo = Montrer ce qui est à faire aujourd’hui, la liste la plus courte d’abord
    .example =
        capactif todo
        capactif todo --all
arg-todo-all = Toutes les lignes, et pas seulement les cinq premières de chaque liste
value-todo-state = SITUATION
todo-nothing = Rien n’attend : ni réponse, ni fiche à vérifier, ni décision.
todo-more = … et { $count ->
    [one] une autre
   *[other] { $count } autres
    } : capactif todo --all
todo-group-answers = Orientations à répondre ({ $count })
todo-group-information = Compléments demandés ({ $count })
todo-group-awaited = Réponses qui se font attendre ({ $count })
todo-group-portal = Projets du portail que personne ne suit encore ({ $count })
todo-group-verify = Opportunités à vérifier ({ $count })
todo-group-services = Services à vérifier ({ $count })
todo-group-conflicts = Fiches à départager ({ $count })
todo-group-duplicates = Doublons possibles ({ $count })
todo-group-durability = Bilans de pérennité à faire ({ $count })
todo-group-decisions = Décisions échues ({ $count })
todo-group-erasures = Fiches gardées trop longtemps ({ $count })
todo-group-refused = Écritures non appliquées ({ $count })
todo-group-votes = Charte : votre vote est attendu
todo-answers = { $title } : { $theme }, de { $name }, le { $since }{ $late ->
    [overdue] , en retard
    [unanswered] , sans réponse depuis plus de 45 jours
   *[no] {""}
    }{ $urgency ->
    [high] , urgent
   *[normal] {""}
    }
todo-information = { $title } : { $theme }, { $name } demande un complément
todo-awaited = { $title } : { $theme }, { $name } n’a pas répondu depuis le { $since }{ $late ->
    [unanswered] , plus de 45 jours
   *[overdue] {""}
    }
todo-portal = { $title } : { $theme }, { $known ->
    [yes] { $name } n’a pas répondu depuis le { $since }
   *[no] personne n’est désigné pour ce besoin
    }
todo-verify = { $title }{ $known ->
    [yes] , vérifiée le { $since }
   *[no] , jamais vérifiée
    }
todo-services = { $title }{ $known ->
    [yes] , vérifié le { $since }
   *[no] , jamais vérifié
    }
todo-conflicts = { $collection } { $title } : { $fields }
todo-duplicates = { $collection } { $title } et { $name } : une seule ? Sinon, « reject » (cherché le { $since })
todo-durability = { $title }, démarré le { $since } : { $month } mois
todo-decisions = { $title }, échéance { $since }
todo-erasures = { $collection } { $title } : { $rule }, depuis le { $since }

cmd-project-checklist = Faire le tour de ce que demande un foyer qui s’installe
    .example =
        capactif project checklist e4ee2d1b
        capactif project checklist e4ee2d1b --need education,housing
arg-project-checklist-id = Projet : le début de son identité, ou son pseudonyme
value-project-checklist-id = PROJET
arg-project-checklist-need = Noter le besoin dans ces domaines, séparés par des virgules
value-project-checklist-need = DOMAINES
checklist-theme = Demande
checklist-need = Besoin
checklist-near = À côté
checklist-nearest = Au plus près
checklist-answer = { $title } ({ $commune }, { $km } km)
checklist-hint = Compté à moins de { $km } km. Pour noter un besoin : capactif project checklist { $id } --need DOMAINE
checklist-added = { $count ->
    [one] Un besoin noté.
   *[other] { $count } besoins notés.
    }
checklist-nowhere = Ce projet ne dit pas où : capactif project set { $id } --target-zones COMMUNE

arg-referral-send-id = Orientation en brouillon à envoyer ; sans elle, une nouvelle est faite
value-referral-send-id = ORIENTATION
arg-referral-send-urgency = Urgence : normal, high
value-referral-send-urgency = URGENCE

cmd-digest = Montrer le courriel du jour : combien attend, sans aucun nom ; ou l’envoyer
    .example =
        capactif digest
        capactif digest --send
arg-digest-send = Envoyer aux adresses de « digest » dans config.json
digest-subject = Cap Actif, { $day } : { $count ->
    [0] rien n’attend
    [one] une chose à faire
   *[other] { $count } choses à faire
    }
digest-intro = Le { $day }, { $count ->
    [0] rien n’attend votre structure.
    [one] une chose attend votre structure :
   *[other] { $count } choses attendent votre structure :
    }
digest-end = Pour les voir, sur l’ordinateur de la structure : capactif todo
digest-sent = { $count ->
    [one] Courriel envoyé à une adresse.
   *[other] Courriel envoyé à { $count } adresses.
    }
error-no-digest-server = Aucun serveur de courriel n’est réglé.
    .hint = Ajoutez « digest » à config.json : serveur, expéditeur, destinataires, heure (voir le guide).
error-digest-not-sent = Le courriel n’est pas parti par { $server } : { $reason }
    .hint = Vérifiez le serveur, sa protection et le mot de passe dans config.json, puis recommencez : capactif digest --send
