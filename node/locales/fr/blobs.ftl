# Parties scellées et pièces jointes en tant que fichiers. Un message `error-<code>` chacun ; `.hint` dit quoi faire.

error-blob-not-held = Le fichier { $blob } n’est pas (encore) sur ce nœud.
    .hint = Lancez « capactif sync » : il est demandé à un partenaire qui le détient.
error-blob-truncated = Le fichier { $blob } a { $actual } octets au lieu de { $stated } : il est tronqué, et mis de côté.
    .hint = Lancez « capactif sync » : il est redemandé à un partenaire qui le détient.
error-blob-damaged = Le fichier { $blob } a été endommagé sur le disque ; il est mis de côté.
    .hint = Lancez « capactif sync » : il est redemandé à un partenaire qui le détient. Si cela se reproduit, le disque est à remplacer.
error-blob-other = Un partenaire a envoyé autre chose que le fichier { $blob } demandé ; rien n’en a été gardé.
    .hint = Il est demandé ailleurs. Si cela se reproduit, prévenez ce partenaire et l’animateur du réseau.
error-blob-too-large = Ce fichier fait { $actual } Mo ; la limite est de { $limit } Mo.
    .hint = Réduisez-le (photo moins grande, document compressé), puis recommencez.
error-blob-over-quota = Il n’y a plus de place pour les parties scellées et les pièces jointes : { $held } Mo sur { $quota } Mo sont occupés, il en faut { $needed } de plus.
    .hint = Augmentez blob_quota_mb dans config.json, puis redémarrez le nœud. Rien de ce qui est gardé n’est effacé.

## Pièces jointes

error-attachments-too-many = Une fiche porte au plus { $limit } pièces jointes.
    .hint = Retirez-en une avec « capactif opportunity detach », ou réunissez les documents en un seul.
error-no-attachments-there = Les fiches « { $collection } » n’ont pas de pièces jointes.
    .hint = Joignez le fichier à l’opportunité concernée.
error-unknown-attachment = Cette fiche n’a pas de pièce jointe « { $name } ».
    .hint = « capactif opportunity attachments » donne leurs noms.
error-ambiguous-attachment = Plusieurs pièces jointes s’appellent « { $name } » : { $candidates }.
    .hint = Donnez le début de l’empreinte au lieu du nom.
error-attachment-too-large = « { $path } » fait { $actual } Mo ; une pièce jointe en fait au plus { $limit }.
    .hint = Réduisez la photo ou compressez le document.
error-attachment-kind = « { $path } » n’est ni une photo ni un document que l’on joint.
    .hint = Sont acceptés : { $accepted }.
error-blob-quota-reached = { $count } fichiers ne sont pas demandés aux partenaires : les { $quota } Mo prévus pour les parties scellées et les pièces jointes sont atteints.
    .hint = Augmentez blob_quota_mb dans config.json, puis redémarrez le nœud. Rien de ce qui est gardé n’est effacé.
