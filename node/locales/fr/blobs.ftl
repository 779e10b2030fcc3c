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
