# Ce que lisent les programmes : ce qui est dit d’une adresse mal écrite.

portal-data-bad-name = L’adresse porte un filtre que ce fichier ne connaît pas. Il connaît : q, kind, sector, place, km, budget, surface.
portal-data-bad-code = Un des filtres kind ou sector porte un code qui n’existe pas. Le dictionnaire des données donne ceux qui existent.
portal-data-bad-place = Le filtre place ne nomme aucun lieu du territoire, ou en nomme plusieurs.
portal-data-bad-number = Un des filtres km, budget ou surface n’est pas un nombre, ou sort de ce qui se cherche (km : de 1 à 200).
portal-api-bad-name = L’adresse porte un paramètre que l’interface ne connaît pas ici ; openapi.json dit lesquels elle connaît.
portal-api-bad-page = page est un nombre à partir de 1, per_page un nombre de 1 à 100.
