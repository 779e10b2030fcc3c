# La démonstration : `demo-<scène>` dit ce qui va se passer, `demo-<scène>-done` ce qu’il en est sorti.

cmd-demo = Voir un réseau vivre sur cette machine : coupé, modifié de part et d’autre, réuni
    .example = capactif demo --keep essai
arg-demo-charter = Montrer la charte à l’œuvre : votes, mandats, suspension, retrait
arg-demo-portal = Montrer le portail public dans un navigateur, jusqu’à Ctrl-C
arg-demo-sample = Ce que les partenaires apportent : leurs annonces (listings), ou aussi trois ans de vie du réseau (full : 300 porteurs, 800 orientations ; une demi-minute de plus)
value-sample = CHOIX
arg-demo-keep = Garder les dossiers des nœuds dans ce dossier, neuf ou vide (sinon il ne reste rien)
value-demo-sample = listings|full
value-keep = DOSSIER

demo-title = Cap Actif, démonstration
demo-about = Un parc et trois partenaires partagent un registre. Chacun a son nœud : ici un processus et un dossier à lui, comme sur autant d’ordinateurs. Le registre d’exemple est inventé, sur de vraies communes.
demo-network-name = Cap Actif (démonstration)
demo-project-title = Installation en maraîchage, démonstration

demo-place-hub = Parc (relais)
demo-place-cci = CCI
demo-place-agriculture = Chambre d’agriculture
demo-place-epci = Communauté de communes
demo-place-epci-2 = – son second poste

demo-founding = Le parc fonde le réseau ; les trois partenaires le rejoignent, chacun avec un billet.
demo-founding-done = { $nodes } structures, { $nodes } nœuds ; { $votes } approbations, car plus de deux tiers des membres admettent chaque nouveau. ({ $seconds })
demo-shares = Chacun importe ce qu’il connaît : structures, agents, opportunités, projets.
demo-shares-done = Partout les mêmes { $records } fiches, en { $entries } écritures signées. ({ $seconds })
demo-life = Chacun raconte ses trois ans : porteurs, projets, orientations, besoins, rencontres.
demo-life-done = { $people } porteurs, dont l’identité est scellée, et { $referrals } orientations avec leur passé : { $records } fiches chez chacun, en { $entries } écritures. Les chiffres de { $periods } semestres sont figés. ({ $seconds })
demo-crash = La communauté de communes importe { $rows } services ; on tue son nœud en plein travail (kill -9).
demo-crash-done = { $confirmed } lignes étaient confirmées, { $found } sont là au redémarrage : aucune perdue. Le même import, relancé, ajoute les { $created } autres, sans doublon. ({ $seconds })
demo-device = La communauté de communes met un second poste en service.
demo-device-done = Tout le registre y est : { $entries } écritures reçues et vérifiées, { $bytes }. ({ $seconds })
demo-apart = Panne de réseau : ses deux postes, coupés l’un de l’autre et de tous, modifient les mêmes fiches.
demo-apart-done = On y travaille comme d’habitude. { $first } écritures attendent sur l’un, { $second } sur l’autre, à l’abri du disque. ({ $seconds })
demo-heal = Le réseau revient.
demo-heal-done = Tous montrent le même registre, pour { $bytes } échangés. Les { $merged } champs modifiés d’un seul côté sont réunis ; un seul champ, changé des deux côtés, est en conflit : le prix. ({ $seconds })
demo-decide = Le conflit est montré, jamais tranché en silence : une personne choisit.
demo-decide-done = « { $title } » : { $one } ou { $other } ? Choisi : { $other }. Il ne reste aucun conflit, nulle part. ({ $seconds })
demo-referral = Sans réseau, la CCI note un projet et l’oriente vers la chambre d’agriculture.
demo-referral-done = { $waiting } écritures attendaient ; au retour du réseau, le nœud de la chambre en a accusé réception de lui-même, puis la chambre a accepté. ({ $seconds })
demo-hub-away = Le relais s’arrête ; la CCI et la chambre d’agriculture continuent.
demo-hub-away-done = Elles se sont jointes directement, par les adresses que les membres échangent. De retour, le relais a rattrapé { $missed } écritures. ({ $seconds })
demo-quiet = Combien coûte une mise à jour quand il n’y a rien de neuf ?
demo-quiet-done = { $sent } envoyés, { $received } reçus, quelle que soit la taille du registre. ({ $seconds })

demo-node = Nœud
demo-records = Fiches
demo-entries = Écritures
demo-frontier = Journaux
demo-view = Registre
demo-exchange = Échange mesuré
demo-received = Écritures reçues
demo-sent = Écritures envoyées
demo-round-trips = Allers-retours
demo-time = Durée
demo-moved = { $entries } en { $bytes }
demo-exchange-device = Nouveau poste
demo-exchange-first-desk = Premier poste, réuni
demo-exchange-second-desk = Second poste, réuni
demo-exchange-quiet = Rien de neuf

demo-agreed = Empreintes égales : tous les nœuds tiennent les mêmes journaux et montrent le même registre. ({ $seconds })
demo-next = Il ne reste rien de tout cela sur le disque. Pour regarder dans les nœuds :
      {"  "}{ $program } demo --keep essai
      {"  "}{ $program } --home essai/cci opportunity list --near Ambert --within 20km
      Pour s’en servir : { $program } --help, et le guide, docs/guide/.
demo-next-kept = Les cinq dossiers sont dans « { $folder } ». Par exemple :
      {"  "}{ $program } --home { $folder }/cci status
      {"  "}{ $program } --home { $folder }/cci opportunity list --near Ambert --within 20km
      {"  "}{ $program } --home { $folder }/cci referral list
      {"  "}{ $program } --home { $folder }/epci search presbytère
      {"  "}{ $program } --home { $folder }/hub run
      Pour s’en servir : { $program } --help, et le guide, docs/guide/.

# Ce que la démonstration attend ou vérifie ; se lit après « Attendu : » ou « Vérifié : ».

demo-wait-proposal = la proposition d’admission chez un membre
demo-wait-admitted = l’admission d’un partenaire
demo-wait-same = le même registre sur tous les nœuds
demo-wait-decided = la fin du conflit sur tous les nœuds
demo-wait-received = l’accusé de réception de l’orientation
demo-wait-accepted = l’acceptation de l’orientation
demo-wait-direct = la liaison directe entre deux partenaires
demo-wait-passed = la modification d’un partenaire chez l’autre
demo-check-rows = lignes refusées d’un import
demo-check-listed = fiches listées
demo-check-confirmed = lignes confirmées, retrouvées après l’arrêt brutal
demo-check-found-again = fiches que le second import laisse inchangées
demo-check-apart = les deux postes diffèrent
demo-check-merged = champs réunis
demo-check-conflict = champs en conflit
demo-check-values = valeurs en conflit
demo-check-decided = conflit tranché
demo-check-in-sync = à jour
demo-check-same = empreintes de deux nœuds

error-demo-interrupted = Démonstration interrompue ; ses nœuds sont arrêtés.
    .hint = Relancez capactif demo quand vous voudrez ; elle dure moins d’une minute.
error-demo-folder-taken = Le dossier « { $path } » n’est pas vide ; il n’a pas été touché.
    .hint = Donnez un dossier neuf ou vide à --keep.
error-demo-node-failed = Le nœud « { $node } » ne fonctionne pas : { $reason }
    .hint = Vérifiez que ce programme peut écrire sur le disque et ouvrir des ports sur 127.0.0.1, puis relancez avec -vv.
error-demo-too-late = Attendu : { $awaited } ; pas arrivé en { $seconds } secondes.
    .hint = La machine est-elle très chargée ? Relancez avec --keep DOSSIER : le journal de chaque nœud y est, sous run.log.
error-demo-not-as-promised = Vérifié : { $checked } ; { $got } au lieu de { $wanted }.
    .hint = C’est un défaut du programme. Relancez avec --keep DOSSIER et joignez ce dossier à votre signalement.

demo-charter-title = Cap Actif : une charte, et personne au-dessus
demo-charter-about = Quatre structures fondent le réseau et en admettent une cinquième. Chacune a son mandat ; ce qui n’en relève pas est refusé, partout de la même façon. Tout est réel : un nœud par structure, chacun dans son processus.
demo-place-cma = Chambre de métiers
demo-fifth = Une cinquième structure demande à entrer ; les quatre votent.
demo-fifth-done = Admise par { $votes } voix : plus de deux tiers de quatre. ({ $seconds })
demo-mandate = La CCI veut publier une ferme à reprendre.
demo-mandate-done = Refusé à la saisie : « { $words } » La chambre d’agriculture la publie, et tous la voient. ({ $seconds })
demo-farm-title = Ferme laitière à transmettre
demo-hostile = Un nœud trafiqué de la chambre de métiers écrit une ferme, et des modifications que personne ne peut lire.
demo-hostile-done = { $entries } entrées signées, transmises, refusées sur les cinq nœuds ; aucune fiche n’a changé. ({ $seconds })
demo-suspend = Deux structures demandent que sa participation soit suspendue.
demo-suspend-done = Un tiers des membres, et au moins deux, suffit : { $votes } l’ont demandé. Ce qu’il écrit attend désormais, chez tous. ({ $seconds })
demo-suspended-title = Emploi publié pendant la suspension
demo-removal = Les autres retirent la structure ; la CCI reprend ses fiches. Elle l’ignore encore, et continue d’écrire.
demo-removal-done = Retirée par { $votes } voix. Ses { $late } écritures tardives, apportées sur une clé USB, sont refusées partout ; la CCI en reprend une en son nom. ({ $seconds })
demo-late-title = Emploi publié trop tard
demo-wait-vote = une proposition chez un membre
demo-wait-charter = la même version de la charte sur tous les nœuds
demo-wait-refused = le refus sur tous les nœuds
demo-wait-suspended = la suspension sur tous les nœuds
demo-check-mandate = le refus de la ferme
demo-check-records = fiches avant et après
demo-check-reissued = écriture reprise
demo-sealed = La chambre d’agriculture accueille une porteuse de projet et l’oriente vers la CCI.
demo-sealed-done = Les deux lisent qui elle est. Sur le disque du relais, fouillé octet par octet ({ $kilobytes } ko), son nom n’est nulle part. ({ $seconds })
demo-wait-sealed = la fiche scellée chez ceux qui la lisent
demo-check-closed = la lecture par une autre structure
demo-check-disk = le nom sur le disque du relais
demo-erased = Elle demande à ne plus y figurer : la chambre d’agriculture efface sa fiche.
demo-erased-done = Effacée sur { $nodes } nœuds, qui l’ont tous dit ; fouillés octet par octet, aucun n’en garde rien. ({ $seconds })
demo-wait-erased = l’effacement sur tous les nœuds
demo-check-erasure = l’effet de l’effacement
demo-check-erased = la fiche effacée sur le disque d’un nœud
demo-portal-about = Un portail et trois partenaires sur cette machine, avec des fiches d’exemple : ce que voit un nouveau venu.
demo-portal-open = Le portail est ouvert : { $url }
    Ctrl-C referme tout et ne laisse rien.
