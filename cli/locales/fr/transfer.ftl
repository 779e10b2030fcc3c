# « transfer » : passer une fiche à une autre structure.

cmd-transfer = Proposer une fiche de sa structure à une autre, à qui elle appartient dès que celle-ci accepte
    .example =
        capactif transfer 3f9a12c4 --to "CCI du Puy-de-Dôme"
        capactif transfer accept 3f9a12c4
        capactif transfer list
arg-transfer-record = Fiche à passer : le début de son identifiant
value-transfer-record = FICHE
arg-transfer-to = Structure à qui la proposer : son nom, ou le début de son identifiant
value-transfer-to = STRUCTURE
cmd-transfer-accept = Accepter une fiche proposée à sa structure
    .example = capactif transfer accept 3f9a12c4
arg-transfer-accept-record = Fiche proposée : le début de son identifiant
value-transfer-accept-record = FICHE
cmd-transfer-withdraw = Reprendre une proposition que personne n’a encore acceptée
    .example = capactif transfer withdraw 3f9a12c4
arg-transfer-withdraw-record = Fiche proposée : le début de son identifiant
value-transfer-withdraw-record = FICHE
arg-transfer-withdraw-to = Une seule des structures à qui elle est proposée : son nom, ou le début de son identifiant
value-transfer-withdraw-to = STRUCTURE
cmd-transfer-list = Montrer les fiches proposées que personne n’a encore acceptées
    .example = capactif transfer list

transfer-offered = Proposée à { $to } : { $title } ({ $id }).{ $parts ->
    [0] { "" }
   *[other] { " " }Ce qui en est scellé lui est ouvert.
    }
transfer-offered-hint = Elle reste à votre structure tant que { $to } n’a pas accepté.
transfer-accepted = À vous désormais : { $title } ({ $id }), de { $from }.
transfer-accepted-waits = Accepté : { $title } ({ $id }), de { $from }. Elle sera à vous quand ce que la proposition cite sera arrivé.
transfer-withdrawn = N’est plus proposée à { $to } : { $title } ({ $id }).
transfer-withdrawn-hint = Qui l’a acceptée avant de l’apprendre la garde. Ce qui en est scellé et lui était ouvert le reste.
transfer-list-nothing = Rien n’est proposé.
transfer-list-row = { $id }  { $title }, de { $from } à { $to }, { $when }
transfer-list-hint = Pour accepter : capactif transfer accept IDENTIFIANT
entry-transfer = reprise
