# Rapprochements, doublons, incohérences.

cmd-match = Rapprocher projets, opportunités et structures
cmd-match-project = Montrer qui peut aider un projet, et les opportunités qui lui conviennent
    .example = capactif match project PP-7K3F2Q
cmd-match-opportunity = Montrer les projets auxquels une opportunité convient
    .example = capactif match opportunity 3f9a12c4
cmd-match-new = Montrer, une seule fois, les rapprochements nouveaux qui concernent votre structure
    .example = capactif match new
arg-keep = Les montrer sans les tenir pour vus : ils reviendront la prochaine fois
cmd-duplicates = Montrer les fiches qui disent peut-être deux fois la même chose
    .example =
        capactif duplicates --collection opportunity
        capactif duplicates
arg-duplicates-collection = Une seule collection : opportunity, structure, agent, local_service, holder
arg-decided = Montrer plutôt les paires déjà décidées
cmd-duplicates-confirm = Dire que deux fiches désignent la même chose ; rien n’est fusionné
    .example = capactif duplicates confirm 3f9a12c4 8c01d2e3
cmd-duplicates-reject = Dire que deux fiches désignent deux choses ; la paire n’est plus montrée
    .example = capactif duplicates reject 3f9a12c4 8c01d2e3
cmd-duplicates-undo = Revenir sur la décision de votre structure
    .example = capactif duplicates undo 3f9a12c4 8c01d2e3
arg-one = L’une des deux fiches : le début de son identifiant
value-one = FICHE
arg-other = L’autre fiche
value-other = FICHE
cmd-inconsistencies = Montrer ce qui ne tient pas ensemble, où, et la commande qui le corrige
    .example = capactif inconsistencies
cmd-review = Montrer en une liste tout ce qui attend la décision d’une personne
    .example = capactif review

reading-compare = comparer

match-who = { $stated ->
    [yes] Qui peut aider — { $themes }
   *[no] Qui peut aider — { $themes } (besoins habituels de cette étape : le projet n’en dit aucun)
    }
match-what = Opportunités
match-score = Score
match-structure = Structure
match-record = Fiche
match-why = Pourquoi
match-nobody = Aucune structure du réseau ne convient.
match-left-out = Écartées : { $reasons }.
match-gate-mandate = { $count } sans mandat en vigueur pour ces besoins
match-gate-theme = { $count } qui ne { $count ->
    [one] couvre
   *[other] couvrent
    } aucun de ces besoins
match-gate-territory = { $count } hors territoire
match-gate-acceptance = { $count } qui ne { $count ->
    [one] prend
   *[other] prennent
    } pas cette activité ou cette étape
match-gate-capacity = { $count } { $count ->
    [one] fermée
   *[other] fermées
    }
match-project-closed = Ce projet ne cherche plus : il est en activité, abandonné ou conclu.
match-nothing = Aucune opportunité publiée et vérifiée récemment ne convient.
match-no-project = Aucun projet ouvert ne cherche cela.
match-not-on-offer = Cette opportunité n’est pas proposée : elle n’est pas publiée, ou sa vérification est trop ancienne.
match-coverage = comparé sur { $percent } % des critères
match-why-activity = { $percent ->
    [100] même activité
    [80] activité de la même classe
    [50] activité de la même division
    [30] même secteur
   *[other] autre activité
    }
match-why-place = { $km ->
    [0] dans la zone cherchée
   *[other] à { $km } km de la zone cherchée
    }
match-why-budget = { $percent ->
    [100] dans le budget
    [0] bien au-dessus du budget
   *[other] un peu au-dessus du budget
    }
match-why-surface = { $percent ->
    [100] assez grand
    [0] bien trop petit
   *[other] un peu petit
    }
match-why-availability = { $percent ->
    [100] disponible à temps
    [0] disponible bien trop tard
   *[other] disponible un peu tard
    }
match-why-household = { $missing ->
    [0] tous les services cherchés à moins de 10 km
   *[other] { $found } des services cherchés à moins de 10 km ; manque : { $themes }
    }
match-helps-theme = couvre : { $themes }
match-helps-zone = { $level ->
    [commune] intervient dans la commune
    [epci] intervient dans l’intercommunalité
    [department] intervient dans le département
   *[other] ne dit pas où elle intervient
    }
match-helps-capacity = { $capacity ->
    [open] a de la place
    [limited] a peu de place
    [full] est complète
   *[other] ne dit pas si elle a de la place
    }
match-helps-response = { $count ->
    [0] n’a pas encore répondu à une orientation
   *[other] répond en { $days } jours (médiane d’un an)
    }
match-helps-holder = { $knows ->
    [yes] connaît le porteur
   *[no] ne connaît pas le porteur
    }
match-for-project = Projet
match-there-is = Opportunité
match-owner = Chez
match-new-nothing = Rien de nouveau.
match-new-more = Encore { $count } : capactif match new
match-new-left = { $count ->
    [one] Une fiche modifiée reste à examiner
   *[other] { $count } fiches modifiées restent à examiner
} : capactif match new

duplicate-pair = { $common ->
    [0] { $score } % — intitulés semblables à { $title } %
   *[other] { $score } % — intitulés semblables à { $title } % ; en commun : { $same }
    }
duplicate-decided = Paire décidée
duplicate-decision = { $decision ->
    [confirmed] { $name } : c’est la même chose
   *[other] { $name } : ce sont deux choses
    }
duplicate-same-number = SIRET
duplicate-same-telephone = téléphone
duplicate-same-email = courriel
duplicate-same-place = lieu
duplicate-same-kind = nature
duplicate-same-price = prix à 10 % près
duplicate-same-surface = surface à 10 % près
duplicates-none = Aucun doublon à décider.
duplicates-none-decided = Aucune paire décidée.
duplicates-more = { $shown ->
    [one] { $shown } paire
   *[other] { $shown } paires
    } sur { $total }, les plus semblables d’abord : --limit en montre plus.
duplicates-hint = Décidez par : capactif duplicates confirm|reject FICHE FICHE
duplicates-undo-hint = Revenez sur une décision de votre structure par : capactif duplicates undo FICHE FICHE
duplicates-closed = { $count ->
    [one] { $count } fiche scellée que cet ordinateur ne peut pas lire n’a pas été comparée.
   *[other] { $count } fiches scellées que cet ordinateur ne peut pas lire n’ont pas été comparées.
    }
duplicates-confirmed = { $one } et { $other } : la même chose. Rien n’est fusionné.
duplicates-rejected = { $one } et { $other } : deux choses. La paire n’est plus montrée.
duplicates-undone = { $one } et { $other } : décision retirée.

inconsistencies-none = Rien d’incohérent.
review-none = Rien n’attend de décision.
review-more = { $shown } sur { $total } : --limit en montre plus.
inconsistency-two-prices = Deux prix écrits en même temps : { $field } { $values } ({ $names })
inconsistency-two-states = Deux états écrits en même temps : { $values } ({ $names })
inconsistency-two-leads = Deux structures référentes écrites en même temps ({ $names })
inconsistency-two-values = Deux valeurs écrites en même temps : { $field } { $values } ({ $names })
inconsistency-one-opportunity-two-prices = Une opportunité, deux prix : { $field } { $values } ; l’autre fiche : { $other }
inconsistency-one-opportunity-two-states = Une opportunité, deux états : { $values } ; l’autre fiche : { $other }
inconsistency-one-opportunity-two-places = Une opportunité, deux communes : { $values } ; l’autre fiche : { $other }
inconsistency-one-project-two-leads = Un projet, deux structures référentes ; l’autre fiche : { $other }
inconsistency-duplicate-disputed = Doublon confirmé par l’une, écarté par l’autre ; l’autre fiche : { $other }
inconsistency-holder-with-two-leads = Un porteur, deux structures référentes : { $names }
inconsistency-closed-commune = Le code { $code } n’existe plus : c’est { $today } aujourd’hui
inconsistency-outside-territory = La commune { $code } est hors du territoire
inconsistency-outside-area-of-owner = La commune { $code } est hors du territoire d’intervention de { $name }
inconsistency-referral-outside-mandate = Orientation vers { $name }, qui n’a pas de mandat en vigueur pour : { $theme }
inconsistency-referral-outside-themes = Orientation vers { $name }, qui ne couvre pas : { $theme }
inconsistency-referral-outside-area = Orientation vers { $name }, qui n’intervient pas où le projet doit se faire
inconsistency-referral-with-another-lead = L’orientation et son projet nomment deux structures référentes : { $names }
