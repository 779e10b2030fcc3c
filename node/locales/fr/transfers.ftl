# Fiches qui passent d’une structure à une autre.

error-only-the-owner-transfers = Cette fiche appartient à { $owner } : seule cette structure peut la transférer.
error-transfer-to-oneself = Cette fiche appartient déjà à votre structure.
error-already-offered = Cette fiche est déjà proposée à { $name }.
    .hint = Elle lui appartient dès qu’un de ses ordinateurs accepte : « capactif transfer accept ».
error-nothing-offered = Votre structure ne propose cette fiche à personne, ou elle a déjà été acceptée.
    .hint = « capactif transfer list » montre ce qui est proposé.
error-not-offered = Cette fiche n’est pas proposée à votre structure ; elle appartient à { $owner }.
    .hint = « capactif transfer list » montre ce qui est proposé. Une proposition arrive au prochain échange : « capactif sync ».
