# La charte : ses commandes, ce qu’elle dit, ce qui en est décidé.

## Commandes

cmd-charter = La charte : les membres du réseau et leurs décisions
cmd-charter-show = Lire la charte en vigueur, et ce qui attend une approbation
    .example =
        capactif charter show
        capactif charter show --page charte.html
cmd-charter-log = Lire le procès-verbal : chaque version, qui l’a proposée, qui l’a approuvée, ce qu’elle a changé
    .example = capactif charter log
cmd-charter-propose = Proposer une nouvelle version de la charte : montre ce qu’elle change, demande, puis propose
    .example =
        capactif charter propose --mandate "opportunity; create; ADIE Auvergne; theme=business_takeover; in=Ambert"
        capactif charter propose --remove "Mairie d’Olliergues" --successor "Parc Livradois-Forez"
        capactif charter propose --committee "Marie Dupont=3f9a…" --committee "Jean Faure=77c1…" --ratify 2
cmd-charter-approve = Approuver une version proposée, au nom de cette structure
    .example = capactif charter approve 3f9a12c4
cmd-charter-suspend = Demander que les écritures d’une structure ou d’un nœud attendent la prochaine version
    .example = capactif charter suspend 3f9a12c4
cmd-charter-ratify = Ratifier le contenu exact d’une fiche, en tant que membre du comité ; sans signature, dire où elle en est
    .example =
        capactif charter ratify 29b4f990
        capactif charter ratify 29b4f990 --as "Marie Dupont"
cmd-charter-person = Créer la clé avec laquelle un membre du comité signe, la protéger, la copier
    .example =
        capactif charter person "Marie Dupont"
        capactif charter person "Marie Dupont" --copy-to /media/cle/marie.key

arg-charter-show-page = Écrire la charte dans une page à imprimer et à signer (HTML)
arg-charter-approve-version = Version proposée, ou le début de son identifiant
arg-charter-suspend-subject = Nom d’une structure, ou début de l’identifiant d’un nœud
arg-charter-ratify-record = Fiche, par le début de son identifiant
arg-charter-ratify-as = Personne dont la clé a été créée dans ce dossier
arg-charter-ratify-key = Fichier de la clé de la personne, où qu’il soit
arg-charter-person-name = Nom de la personne, tel qu’elle a été désignée
arg-charter-person-key = Fichier à créer (par défaut, dans le dossier du nœud)
arg-charter-propose-coordinator = Membre qui coordonne le réseau
arg-charter-propose-no-coordinator = Ne plus avoir de coordonnateur
arg-charter-propose-admissions = Nombre d’admissions que le coordonnateur et un autre membre peuvent faire sans vote de tous
arg-charter-propose-mandate = Donner un mandat : « COLLECTION; DROIT; QUI; theme=…; in=… ». DROIT : create, edit_own ou edit_any ; QUI : everyone, coordinator, un type de structure ou un membre ; in : communes, intercommunalités, départements
arg-charter-propose-no-mandate = Reprendre un mandat, écrit de même ; sans QUI, tous ceux de cette collection et de ce droit
arg-charter-propose-remove = Retirer une structure du réseau (avec --successor)
arg-charter-propose-successor = Membre qui reprend les fiches de la structure retirée
arg-charter-propose-dormant = Mettre une structure en sommeil : elle ne vote plus et ne compte plus dans les majorités
arg-charter-propose-awake = Sortir une structure du sommeil
arg-charter-propose-close = Fermer un nœud (ordinateur volé ou perdu) : ce qu’il écrit ensuite ne compte plus
arg-charter-propose-voter = Faire voter une structure depuis un autre de ses nœuds
arg-charter-propose-committee = Une personne du comité de pilotage et sa clé ; à répéter pour tout le comité
arg-charter-propose-ratify = Nombre de signatures du comité qui ratifient
arg-charter-propose-no-committee = Ne plus avoir de comité de pilotage
arg-charter-propose-lift = Lever la suspension d’une structure ou d’un nœud
arg-charter-propose-head = Fixer jusqu’où le journal d’un nœud compte, par le numéro de sa dernière écriture (@VERSION pour une version antérieure)
arg-charter-propose-minimum-protocol = Version du protocole que tous les nœuds doivent parler au moins
arg-charter-propose-again = Proposer de nouveau une version dont le tour s’est terminé sans majorité
arg-charter-propose-dry-run = Montrer sans rien écrire
arg-charter-propose-yes = Ne pas demander de confirmation

value-charter-show-page = FICHIER
value-charter-suspend-subject = QUI
value-charter-ratify-record = FICHE
value-charter-ratify-as = NOM
value-charter-ratify-key = FICHIER
arg-charter-person-no-passphrase = Ne pas protéger la clé : qui lit son fichier signe
arg-charter-person-change-passphrase = Protéger la clé qui existe par une nouvelle phrase secrète
arg-charter-person-copy-to = Copier la clé dans ce fichier, telle qu’elle est protégée (sur une clé USB)
value-charter-person-copy-to = FICHIER
value-charter-person-key = FICHIER
value-charter-propose-coordinator = STRUCTURE
value-charter-propose-admissions = NOMBRE
value-charter-propose-mandate = MANDAT
value-charter-propose-no-mandate = MANDAT
value-charter-propose-remove = STRUCTURE
value-charter-propose-successor = STRUCTURE
value-charter-propose-dormant = STRUCTURE
value-charter-propose-awake = STRUCTURE
value-charter-propose-close = NŒUD
value-charter-propose-voter = STRUCTURE=NŒUD
value-charter-propose-committee = NOM=CLÉ
value-charter-propose-ratify = NOMBRE
value-charter-propose-lift = QUI
value-charter-propose-head = NŒUD=NUMÉRO
value-charter-propose-minimum-protocol = NOMBRE
value-charter-propose-again = VERSION

## Erreurs de ces commandes

error-mandate-form = « { $value } » n’est pas un mandat.
    .hint = Écrivez par exemple "opportunity; create; cci; theme=premises; in=Ambert".
error-pair-form = « { $value } » ne dit pas deux choses séparées par un signe égal ({ $flag }).
    .hint = Écrivez par exemple { $flag } "Marie Dupont=3f9a…".
error-head-form = « { $value } » ne dit pas un nœud et le numéro d’une écriture.
    .hint = Écrivez par exemple --head 3f9a12c4=120.
error-successor-without-removal = Un successeur est nommé de trop : à chaque --successor son --remove.
    .hint = Donnez --remove et --successor dans le même ordre.
error-not-confirmed = Rien n’a été proposé.
    .hint = Pour proposer sans question : --yes.

## Le document

charter-title = Charte du réseau « { $name } »
charter-version = Version { $number } du { $date } ({ $version }), réseau { $network }.
charter-version-founded = Version { $number } du { $date } ({ $version }), réseau { $network } fondé le { $founded }.
charter-preamble = Les structures nommées ci-dessous tiennent ensemble un registre. Chacune en a une copie entière ; aucune n’en est seule propriétaire. Ce qui suit est ce qu’elles ont décidé, et vaut jusqu’à ce qu’elles en décident autrement.

charter-article-members = Les membres
charter-members = { $count ->
        [one] Le réseau a un membre.
       *[other] Le réseau a { $count } membres.
    }
charter-member = Structure
charter-kind = Type
charter-since = Depuis
charter-since-version = n° { $number }, { $date }
charter-nodes = Nœuds
charter-voter = Vote depuis
charter-me = vous
charter-dormant = En sommeil, { $count ->
        [one] ne vote pas et n’est pas comptée
       *[other] ne votent pas et ne sont pas comptées
    } dans les majorités : { $names }.

charter-article-coordinator = La coordination
charter-coordinator = { $name } coordonne le réseau.
charter-no-coordinator = Personne ne coordonne le réseau.
charter-admissions = { $count ->
        [one] Avec l’accord d’un autre membre, le coordonnateur peut encore admettre une structure sans vote de tous.
       *[other] Avec l’accord d’un autre membre, le coordonnateur peut encore admettre { $count } structures sans vote de tous.
    }

charter-article-mandates = Les mandats
charter-mandate = { $holder } peut { $right ->
        [create] créer des fiches
        [edit_own] modifier ses propres fiches
       *[edit_any] modifier toutes les fiches
    } « { $collection } »{ $themes ->
        [none] {""}
       *[other] {" "}({ $themes })
    }{ $places ->
        [none] {""}
       *[other] , sur : { $places }
    }.
charter-mandate-today = { $mandate } { $count ->
        [0] Aucun membre aujourd’hui.
       *[other] Aujourd’hui : { $names }.
    }
charter-holder-everyone = Chaque membre
charter-holder-coordinator = Le coordonnateur
charter-holder-kind = Toute structure de type « { $kind } »
charter-holder-structure = { $name }
charter-open-create = Chaque membre peut créer des fiches : { $names }.
charter-open-edit = Chaque membre peut modifier les fiches qui lui appartiennent.
charter-open-edit-some = Chaque membre peut modifier les fiches qui lui appartiennent : { $names }.
charter-parties = Une orientation n’avance que par la structure qui oriente, celle qui reçoit et, s’il est désigné, le chef de file.
charter-defaults = Les mandats que la charte ne nomme pas elle-même sont ceux que tout réseau a au départ.
charter-alone = Tant que le réseau n’a qu’un membre, celui-ci peut tout.

charter-article-decisions = Les décisions
charter-vote = Admettre ou retirer une structure, donner ou reprendre un mandat, changer la coordination, le comité ou toute autre règle : { $vote ->
        [one] une approbation
       *[other] { $vote } approbations
    } sur { $voting }.
charter-vote-without-one = Quand la décision retire quelque chose à une structure, celle-ci peut n’être pas comptée : { $without } approbations des { $others } autres suffisent alors.
charter-vote-of-two = À deux, aucune ne peut rien retirer à l’autre sans son accord.
charter-suspend = Suspendre une structure ou un nœud jusqu’à la prochaine version : { $count } structures le demandent, celle qui est concernée n’étant pas comptée.
charter-suspend-never = Suspendre : { $count } structures devraient le demander, celle qui est concernée n’étant pas comptée ; à si peu, cela n’arrive pas.
charter-one-voice = Une structure, une voix, donnée depuis son nœud votant. Elle n’approuve jamais deux propositions rivales.

charter-article-committee = Le comité de pilotage
charter-no-committee = La charte ne nomme pas de comité.
charter-person = { $name } (clé { $key })
charter-committee = { $quorum ->
        [one] Une signature sur { $count } ratifie
       *[other] { $quorum } signatures sur { $count } ratifient
    } le contenu exact d’une fiche. Dès que ce contenu change, la ratification est caduque.

charter-article-limits = Suspensions, départs, nœuds fermés
charter-suspension = { $missing ->
        [0] Suspension de { $name } en vigueur jusqu’à la prochaine version, à la demande de { $names }.
        [one] Suspension de { $name } demandée par { $names } ; il manque une voix.
       *[other] Suspension de { $name } demandée par { $names } ; il manque { $missing } voix.
    }
charter-successor = { $left } a quitté le réseau ; { $successor } a repris ses fiches.
charter-closed = Le nœud { $name } est fermé.

charter-signatures = Signatures
charter-signatures-note = La charte vaut par les approbations que les nœuds votants ont signées. Cette page en est la copie lisible.
charter-signer = Nom, qualité, date
charter-signature = Signature
charter-not-in-force = Ce qui suit n’est pas dans la charte.
charter-page-written = Charte écrite dans { $path }. Ouvrez cette page dans un navigateur pour l’imprimer.

## Ce qui est proposé

charter-proposal = Proposition { $id } pour la version { $number }{ $round ->
        [none] {""}
       *[other] {" "}(tour { $round })
    }{ $name ->
        [none] {""}
       *[other] , de { $name }
    }
charter-proposal-state = { $approvals ->
        [0] Personne ne l’a approuvée
       *[other] Approuvée par { $names }
    } ; { $count ->
        [0] il ne manque rien.
        [one] il manque une approbation.
       *[other] il manque { $count } approbations.
    }
charter-proposal-waits = N’ont pas encore voté : { $names }.
charter-proposal-split = Trop de voix sont allées ailleurs dans ce tour : elle n’y aboutira plus.
charter-approve-hint = Pour approuver : capactif charter approve IDENTIFIANT
charter-majority = Il faut { $needed ->
        [one] une approbation
       *[other] { $needed } approbations
    } sur { $voters }.
charter-majority-without-one = Il faut { $needed } approbations sur { $voters } ; ou { $without } sur { $others }, sans compter une structure à qui elle retire quelque chose ({ $names }).
charter-majority-delegated = L’accord du coordonnateur et d’un autre membre suffit.
charter-alarms = À régler entre membres
charter-rivals = Deux versions de même rang sont en vigueur, { $one } et { $other } : rien d’autre ne se décide avant que les membres aient voté laquelle vaut.
charter-double-vote = { $name } a approuvé deux propositions rivales, { $one } et { $other }.

charter-would-change = La version { $number } changerait ceci :
charter-narrows = Elle retire quelque chose à : { $names }. Ce qui y a été écrit et que les approbateurs ont déjà reçu reste ; la suite ne comptera plus là où le droit manque. Synchronisez donc avant d’approuver.
charter-ask = Proposer et approuver cette version ? (o/n)
charter-proposed = Proposée et approuvée par votre structure : { $id }. { $count ->
        [one] Il manque une approbation.
       *[other] Il manque { $count } approbations.
    }
charter-effective = Approuvé : cette version est en vigueur.
charter-approved = Approuvé. { $count ->
        [one] Il manque une approbation.
       *[other] Il manque { $count } approbations.
    }
charter-suspended-next = La prochaine version de la charte devra en décider : capactif charter propose avec --lift, --close ou --remove.

charter-change-founds = Fonde le réseau : { $name } ({ $kind }).
charter-change-renamed = Le réseau s’appelle désormais « { $name } ».
charter-change-admits = Admet { $name } ({ $kind }).
charter-change-removes = Retire { $name } du réseau{ $successor ->
        [none] .
       *[other] {" "}; { $successor } reprend ses fiches.
    }
charter-change-voting-node = { $name } vote désormais depuis le nœud { $node }.
charter-change-root = { $name } change de clé racine.
charter-change-member-renamed = { $before } s’appelle désormais { $name }.
charter-change-member-kind = { $name } est désormais de type « { $kind } ».
charter-change-successor = { $successor } reprend les fiches de { $name }.
charter-change-coordinator = { $name } coordonne le réseau.
charter-change-no-coordinator = Plus personne ne coordonne le réseau.
charter-change-admissions = { $count ->
        [0] Le coordonnateur n’admet plus personne sans vote de tous.
        [one] Le coordonnateur et un autre membre peuvent admettre une structure sans vote de tous.
       *[other] Le coordonnateur et un autre membre peuvent admettre { $count } structures sans vote de tous.
    }
charter-change-mandate = Mandat donné. { $mandate }
charter-change-no-mandate = Ne vaut plus : « { $mandate } »
charter-change-nobody = Plus personne ne peut { $right ->
        [create] créer des fiches
        [edit_own] modifier ses propres fiches
       *[edit_any] modifier les fiches d’autrui
    } « { $collection } ».
charter-change-committee = Comité de pilotage : { $names } ; { $count ->
        [one] une signature ratifie.
       *[other] { $count } signatures ratifient.
    }
charter-change-no-committee = Plus de comité de pilotage.
charter-change-dormant = Met { $name } en sommeil : sans vote, et hors des majorités.
charter-change-awake = { $name } vote de nouveau.
charter-change-closes = Ferme le nœud { $node }.
charter-change-reopens = Rouvre le nœud { $node }.
charter-change-head = Le journal de { $node } compte jusqu’à l’écriture { $seq } ({ $entry }), à compter de la version { $number }.
charter-change-lifts = Lève la suspension de { $name }.
charter-change-minimum-protocol = Tous les nœuds parlent au moins la version { $count } du protocole.

## Le procès-verbal

charter-log-title = Procès-verbal du réseau « { $name } »
charter-log-version = Version { $number } ({ $id }), { $state }{ $round ->
        [none] {""}
       *[other] {" "}— tour { $round }
    }
charter-state-in-force = en vigueur
charter-state-past = remplacée depuis
charter-state-open = au vote
charter-state-split = sans majorité
charter-state-overtaken = dépassée
charter-state-unfit = irrecevable
charter-state-rival = en conflit avec une autre
charter-log-proposed = Proposée par { $name }, le { $date }.
charter-log-approved = Approuvée par { $name }, le { $date }.
charter-log-approved-in-vain = Approuvée par { $name }, le { $date } : ce nœud ne votait pas.
charter-log-certified = La liste des approbations est écrite : ce qui compte encore de qui perd un droit est fixé.
charter-log-not-certified = La liste des approbations n’est pas encore arrivée.
charter-log-suspended = { $by } demande la suspension de { $name }, le { $date }.
charter-log-ratified = { $name ->
        [none] Quelqu’un hors du comité
       *[other] { $name }
    } ratifie { $title ->
        [none] une fiche absente d’ici
       *[other] « { $title } »
    } (contenu { $content }), le { $date }.

## La ratification d’une fiche

charter-ratified = Ratifiée par le comité de pilotage ({ $names }), sous la version { $number }.
charter-ratified-partly = { $signed ->
        [one] Une signature
       *[other] { $signed } signatures
    } sur { $needed } ({ $names }) ; { $missing ->
        [one] il en manque une
       *[other] il en manque { $missing }
    } pour que ce contenu soit ratifié.
charter-ratified-before = Ratification caduque : un autre contenu de cette fiche a été ratifié, sous la version { $number } ; elle a été modifiée depuis. { $signed ->
        [0] Personne n’a encore signé le contenu d’aujourd’hui.
        [one] Une signature sur { $needed } pour celui d’aujourd’hui.
       *[other] { $signed } signatures sur { $needed } pour celui d’aujourd’hui.
    }
charter-ratified-not = { $needed ->
        [0] Non ratifiée ; la charte ne nomme pas de comité.
        [one] Non ratifiée ; il y faut une signature du comité.
       *[other] Non ratifiée ; il y faut { $needed } signatures du comité.
    }
charter-person-copied = Clé de { $name } copiée : { $path }
    Elle signe à n’importe quel ordinateur du réseau : « capactif charter ratify FICHE --key { $path } ».
charter-person-protected = Clé de { $name } protégée par la nouvelle phrase secrète : { $path }
charter-person-unprotected = Elle n’est protégée par aucune phrase secrète : qui lit ce fichier signe au nom de { $name }. Pour la protéger : « capactif charter person "{ $name }" --change-passphrase ».
charter-person-made = Clé de { $name } créée : { $path }
    Elle signe en son nom : qu’elle la garde pour elle. Pour l’inscrire au comité, donnez sa clé publique :
