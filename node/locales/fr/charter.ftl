# Ce que la charte refuse ou attend : pourquoi, et qui peut.

## Mandats

error-no-mandate = Votre structure n’a pas mandat pour { $act ->
        [create] créer
       *[other] modifier
    } cette fiche ({ $collection }{ $theme ->
        [none] {""}
       *[other] , { $theme }
    }). { $count ->
        [0] Aucun membre ne l’a pour l’instant.
        [one] Un seul membre l’a : { $names }.
       *[other] L’ont : { $names }.
    }
    .hint = { $count ->
        [0] Un membre peut proposer ce mandat : capactif charter propose --mandate.
       *[other] Demandez-lui de le faire, ou faites voter un mandat : capactif charter propose --mandate.
    }
error-not-a-party = Seules les structures concernées par cette fiche ({ $collection }) peuvent la faire avancer. { $count ->
        [0] Aucune n’est membre du réseau aujourd’hui.
       *[other] Ce sont : { $names }.
    }
    .hint = Demandez-le à l’une d’elles.
error-not-a-member = Votre structure n’est pas membre du réseau, ou ne l’est plus ; seuls les membres le peuvent.
    .hint = Les membres l’admettent avec « capactif charter approve » ; « capactif status » dira quand c’est fait.
## Votes

error-unknown-proposal = Aucune proposition ne commence par « { $version } ».
    .hint = « capactif charter show » donne les propositions en attente.
error-ambiguous-proposal = { $count } propositions commencent par « { $version } ».
    .hint = Donnez davantage de caractères ; « capactif charter show » les montre.
error-stale-version = Cette version ne fait pas suite à la version { $number }, en vigueur : elle n’est plus à voter.
    .hint = Pour la reprendre sur la charte d’aujourd’hui : capactif charter propose.
error-rival-approved = Votre structure a déjà approuvé une autre proposition ({ $version }) pour la même place ; approuver les deux diviserait le réseau.
    .hint = Attendez l’issue de ce tour : si les voix sont partagées, il se termine, et chacun propose et vote de nouveau (capactif charter propose --again).
error-vote-under-way = Une autre proposition est au vote : une arrivée attend qu’elle soit décidée.
    .hint = Votez-la (capactif charter show), puis que la structure invitée recommence avec le même billet.
error-round-over = Les voix de ce tour sont partagées ; on vote maintenant au tour { $round }.
    .hint = Proposez-la de nouveau : capactif charter propose --again VERSION.
error-not-voting-node = Le vote de votre structure se donne sur un autre de ses nœuds ({ $node }).
    .hint = Lancez cette commande sur ce nœud-là. S’il n’existe plus : capactif key revoke { $node }, puis capactif charter propose --voter "STRUCTURE=CE NŒUD".
error-structure-dormant = La charte met votre structure en sommeil : elle ne vote pas.
    .hint = Demandez à un membre de proposer son réveil : capactif charter propose --awake.
error-suspension-undecided = La participation de { $name } est suspendue : toute nouvelle version doit en décider.
    .hint = Ajoutez --lift pour lever la suspension, ou --close pour fermer le nœud, ou --remove et --successor pour retirer la structure.
error-protocol-falls = La version de protocole exigée ({ $version }) ne baisse jamais.
    .hint = Donnez un nombre au moins égal.
error-terms-missing = Cette version abandonne ce que la charte déclare.
    .hint = Proposez-la de nouveau depuis un nœud à jour.
error-no-successor = Personne n’est nommé pour reprendre les fiches de { $name }.
    .hint = Ajoutez --successor avec le nom d’un membre.
error-proposer-has-no-vote = Ce qui retire quelque chose à quelqu’un est proposé depuis le nœud votant d’un membre.
    .hint = Lancez cette commande sur le nœud votant de votre structure.
error-misspelt-member = Aucun membre ne s’appelle « { $value } ».
    .hint = Peut-être { $nearest } ? « capactif charter show » donne les membres.
error-unknown-member = Aucun membre ne s’appelle « { $value } ».
    .hint = Les membres sont : { $allowed }.
error-ambiguous-member = { $count } membres répondent à « { $value } ».
    .hint = Donnez le début de l’identifiant ; « capactif charter show » le montre.
error-unknown-node = Aucun nœud du réseau ne s’appelle « { $value } ».
    .hint = Donnez le début de son identifiant ; « capactif status » le montre.
error-ambiguous-node = { $count } nœuds répondent à « { $value } » : { $names }.
    .hint = Donnez le début de l’identifiant du nœud.

## Proposer

error-nothing-proposed = La charte dit déjà cela : il n’y a rien à proposer.
    .hint = « capactif charter propose --help » donne ce qui peut être changé.
error-charter-moved = Une autre version est entrée en vigueur entre-temps ; rien n’a été écrit.
    .hint = Relisez la charte avec « capactif charter show », puis recommencez.
error-round-still-open = La proposition { $version } est toujours ouverte au vote : il lui faut des approbations, pas une seconde proposition.
    .hint = Pour l’approuver : capactif charter approve VERSION.
error-last-structure = { $name } est le seul membre : un réseau en a au moins un.
    .hint = Invitez d’abord un autre membre : capactif network invite.
error-self-removal = Une structure ne propose pas son propre départ : une fois partie, son nœud ne pourrait plus dire aux autres quelles approbations ont compté.
    .hint = Demandez à un autre membre de le proposer, et approuvez-le.
error-successor-leaves = { $successor } ne peut pas reprendre les fiches de { $name } : le successeur est un membre qui reste.
    .hint = Nommez un autre membre avec --successor.
error-structure-leaves = { $name } quitte le réseau par cette même version.
    .hint = Retirez l’une des deux demandes.
error-nobody-awake = Il ne resterait personne pour voter.
    .hint = Laissez au moins un membre hors du sommeil.
error-voter-of-another = Le nœud { $node } ne peut pas voter pour { $name } : il faut un nœud à elle, qui ne soit pas fermé.
    .hint = Donnez un autre nœud ; « capactif status » les montre.
error-admissions-to-nobody = Les admissions se confient au coordonnateur, et la charte n’en nomme pas.
    .hint = Ajoutez --coordinator avec le nom d’un membre.
error-too-many-admissions = La charte ne peut confier au coordonnateur { $limit ->
        [0] aucune admission
        [one] qu’une admission
       *[other] que { $limit } admissions
    } : la moitié des membres au plus.
    .hint = Donnez un nombre plus petit.
error-ratified-differs = La fiche ou la charte a changé entre-temps : rien n’a été signé.
    .hint = Relisez la fiche, puis redonnez la commande.
error-bad-person-key = La clé de { $name } n’est pas celle d’une personne : il faut 64 chiffres et lettres.
    .hint = La personne l’obtient avec « capactif charter person NOM ».
error-person-sits-twice = { $name } figure deux fois au comité, sous la même clé.
    .hint = Donnez à chaque personne sa propre clé.
error-committee-full = Un comité compte au plus { $limit } personnes.
error-committee-never-ratifies = { $needed } signatures sur { $count } : ce comité ne pourrait jamais ratifier, ou le ferait sans personne.
    .hint = Donnez avec --ratify un nombre entre un et le nombre de personnes du comité.
error-closes-voting-node = Le nœud { $node } vote pour { $name } : il ne peut pas être fermé tant qu’aucun autre ne vote à sa place.
    .hint = Ajoutez --voter STRUCTURE=NŒUD avec un autre nœud de cette structure, ou retirez la structure.
error-too-many-closed = Une charte ferme au plus { $limit } nœuds.
error-not-suspended = Personne ne demande la suspension de { $name } : il n’y a rien à lever.
    .hint = « capactif charter show » donne les suspensions.
error-head-of-later-version = Une limite se fixe pour cette version ({ $number }) ou une version antérieure.
error-head-not-held = L’écriture { $seq } du nœud { $node } n’est pas ici ; ce nœud en détient { $held }.
    .hint = Synchronisez d’abord, ou donnez un numéro plus petit.
error-two-heads = Deux limites sont données pour le nœud { $node }.
    .hint = Gardez-en une seule.
error-protocol-too-new = Ce nœud parle au plus la version { $version } du protocole : il s’exclurait lui-même.
    .hint = Donnez un nombre plus petit, ou mettez d’abord tous les nœuds à jour.
error-charter-too-long = Cette charte est trop longue : au plus { $limit } octets.
    .hint = Réunissez des mandats, ou donnez des territoires plus larges.
error-charter-unsound = Cette version n’est pas une charte que les autres pourraient lire : { $reason }.

## Mandats proposés

error-mandate-misspelt-collection = « { $value } » n’est pas une collection du registre : { $allowed }.
    .hint = Peut-être « { $nearest } » ?
error-mandate-unknown-collection = « { $value } » n’est pas une collection du registre.
    .hint = Les collections sont : { $allowed }.
error-mandate-unknown-right = « { $value } » n’est pas un droit.
    .hint = Les droits sont : { $allowed } (créer, modifier ses fiches, modifier toute fiche).
error-mandate-without-holder = Ce mandat sur { $collection } ne dit pas qui le détient.
    .hint = Donnez everyone, coordinator, un type de structure ou le nom d’un membre.
error-mandate-ambiguous-holder = « { $value } » est un type de structure et aussi le nom d’un membre.
    .hint = Écrivez kind= ou structure= devant.
error-mandate-misspelt-holder = « { $value } » n’est ni un type de structure ni un membre.
    .hint = Peut-être « { $nearest } » ?
error-mandate-unknown-holder = « { $value } » n’est ni un type de structure ni un membre.
    .hint = Choisissez parmi : { $allowed }.
error-mandate-no-themes = Les fiches de la collection { $collection } n’ont pas de thème.
    .hint = Retirez theme= de ce mandat.
error-mandate-misspelt-theme = « { $value } » n’est pas un thème de la collection { $collection }.
    .hint = Peut-être « { $nearest } » ?
error-mandate-unknown-theme = « { $value } » n’est pas un thème de la collection { $collection }.
    .hint = Choisissez parmi : { $allowed }.
error-mandate-unknown-place = « { $value } » n’est ni une commune, ni une intercommunalité, ni un département du territoire.
    .hint = Donnez un code Insee, un numéro Siren, un département ou un nom.
error-mandate-misspelt-place = « { $value } » n’est ni une commune, ni une intercommunalité, ni un département du territoire.
    .hint = Peut-être : { $nearest } ?
error-mandate-not-there = La charte ne contient pas ce mandat sur { $collection } : il n’y a rien à retirer.
    .hint = « capactif charter show » donne les mandats en vigueur ; redonnez-le tel quel.
error-too-many-mandates = Une charte compte au plus { $limit } mandats.

## Suspendre, ratifier

error-self-suspension = Une structure ne se suspend pas elle-même, ni l’un de ses nœuds.
    .hint = Pour fermer un de vos nœuds : capactif charter propose --close.
error-never-suspended = Une suspension demande { $needed } structures, celle qui est concernée ne comptant pas ; { $count ->
        [0] aucune ne pourrait le demander
        [one] une seule pourrait le demander
       *[other] { $count } pourraient le demander
    } : elle n’aurait jamais lieu.
    .hint = À si peu, seul un accord entre tous règle la question.
error-no-committee = La charte ne nomme pas de comité de pilotage : personne ne peut ratifier.
    .hint = Un membre peut en proposer un : capactif charter propose --committee --ratify.
error-person-key-missing = Il n’y a pas de clé de personne dans { $path }.
    .hint = Donnez le fichier de la clé avec --key, ou le nom sous lequel elle a été créée dans ce dossier (capactif charter person NOM).
error-not-on-committee = Cette clé n’est celle d’aucun membre du comité de pilotage.
    .hint = Le comité : { $names }.
error-ratify-after-choosing = Cette fiche a { $count ->
        [one] un champ
       *[other] { $count } champs
    } à plusieurs valeurs : on ne peut pas dire ce qui serait ratifié.
    .hint = Choisissez d’abord les valeurs (resolve), puis ratifiez.
error-record-unreadable = La fiche { $id } ne peut pas être lue ici.
    .hint = Lancez « capactif doctor ».

## Ce que dit l’état

error-rival-charters = Deux versions de la charte de même rang sont en vigueur ({ $one } et { $other }) : une structure a approuvé les deux. Rien d’autre n’est décidé d’ici là.
    .hint = Prévenez tous les membres : chacun vote au tour suivant pour celle qui doit valoir (capactif charter propose --again).
error-voted-twice = { $name } a approuvé deux propositions rivales pour la version { $number } : { $one } et { $other }.
    .hint = Demandez-lui des explications : un nœud honnête ne le fait jamais. Le réseau peut le suspendre.
error-journal-paused = Tant d’écritures de { $name } attendent d’autres écritures absentes d’ici, ou ont été refusées, que la suite n’en est plus lue pour l’instant.
    .hint = Rien n’est perdu, et les autres sont lus comme avant ; personne n’est à jour avec ce nœud d’ici là. Demandez-lui des explications ; le réseau peut le suspendre, et la prochaine version de la charte décider de ce qui compte.
error-suspended-now = La participation de { $name } est suspendue, à la demande de { $names } : ce qui s’y écrit attend la prochaine version de la charte.
    .hint = La prochaine version en décide : capactif charter propose avec --lift, --close ou --remove.
error-suspension-asked = Suspension de { $name } demandée par { $names } ; { $missing ->
        [one] il manque une voix
       *[other] il manque { $missing } voix
    }.
    .hint = Pour la demander aussi : capactif charter suspend.
error-votes-split = Les voix sont partagées : aucune proposition ne peut plus aboutir. Un tour { $round } est ouvert.
    .hint = Mettez-vous d’accord, puis que l’un propose de nouveau : capactif charter propose --again VERSION.
error-vote-wanted = { $count ->
        [one] Une proposition attend
       *[other] { $count } propositions attendent
    } le vote de votre structure.
    .hint = Lisez-la avec « capactif charter show », puis : capactif charter approve VERSION.
error-needs-the-concerned = Quand deux structures seulement votent, ni l’une ni l’autre ne peut rien retirer à l’autre : il faudra aussi l’accord de { $names }.
    .hint = Sans cet accord, cette proposition n’aboutira jamais.
error-votes-are-given = Trop de membres ont déjà voté autrement dans ce tour : cette proposition ne peut pas y aboutir.
    .hint = Elle servira au tour suivant, qui s’ouvre quand les voix sont partagées.

## Qui n’y est plus

error-no-longer-member = Votre structure a quitté le réseau par la version { $number } de la charte. Ce que ce nœud détient reste ici ; plus rien ne s’échange.
    .hint = « capactif charter log » dit qui l’a décidé. Pour revenir, demandez une nouvelle invitation à un membre.
error-node-closed = La version { $number } de la charte a fermé ce nœud : ce qu’il écrit ne compte plus, et plus rien ne s’échange.
    .hint = Demandez au nœud principal de votre structure un billet pour un nouveau nœud (capactif network invite --device).
