//! The activities that communes of the sample look for.

/// One activity that is missing somewhere.
pub(super) struct Wish {
    pub(super) title: &'static str,
    pub(super) naf: &'static str,
    pub(super) sector: &'static str,
    /// Fewest and most inhabitants.
    pub(super) size: (u32, u32),
    pub(super) needs: &'static [&'static str],
}

pub(super) const WISHES: &[Wish] = &[
    Wish {
        title: "une boulangerie",
        naf: "10.71C",
        sector: "craft",
        size: (350, 2_500),
        needs: &[
            "Le fournil le plus proche est à onze kilomètres, un simple dépôt de pain fonctionne à la mairie.",
            "Local avec vitrine et logement au-dessus, four électrique déjà en place.",
        ],
    },
    Wish {
        title: "une épicerie ou un multi-services",
        naf: "47.11B",
        sector: "retail",
        size: (150, 1_200),
        needs: &[
            "Plus de commerce depuis la fermeture de l'épicerie il y a deux ans, demande confirmée par une enquête.",
            "Local communal de 70 m² prêt, reprise du dépôt de pain et de la presse.",
        ],
    },
    Wish {
        title: "un café-restaurant",
        naf: "56.10A",
        sector: "hospitality",
        size: (150, 2_000),
        needs: &[
            "La commune a racheté l'auberge et refait la cuisine.",
            "Licence IV conservée par la commune, terrasse sur la place.",
        ],
    },
    Wish {
        title: "un médecin généraliste",
        naf: "86.21Z",
        sector: "liberal",
        size: (700, 6_000),
        needs: &[
            "Deux départs à la retraite en trois ans, un cabinet vide dans la maison de santé.",
            "Exercice salarié ou libéral, secrétariat pris en charge la première année.",
        ],
    },
    Wish {
        title: "un ou une kinésithérapeute",
        naf: "86.90E",
        sector: "liberal",
        size: (800, 4_000),
        needs: &[
            "Zone très sous-dotée, patients adressés à plus de trente minutes.",
            "Plateau de 55 m² déjà cloisonné.",
        ],
    },
    Wish {
        title: "un salon de coiffure",
        naf: "96.02A",
        sector: "craft",
        size: (350, 1_800),
        needs: &[
            "Une coiffeuse à domicile ne suffit plus à la demande.",
            "Ancienne agence bancaire transformable, vitrine et stationnement.",
        ],
    },
    Wish {
        title: "un maraîcher ou une maraîchère",
        naf: "01.13Z",
        sector: "farming",
        size: (100, 3_000),
        needs: &[
            "La cantine et le marché cherchent des légumes locaux.",
            "Deux hectares communaux avec accès à l'eau, bail rural environnemental.",
        ],
    },
    Wish {
        title: "un artisan plombier-chauffagiste",
        naf: "43.22A",
        sector: "craft",
        size: (250, 3_000),
        needs: &[
            "Les habitants attendent des mois un dépannage.",
            "Atelier de 150 m² en zone artisanale, loyer très modéré.",
        ],
    },
    Wish {
        title: "un électricien ou une électricienne",
        naf: "43.21A",
        sector: "craft",
        size: (250, 2_500),
        needs: &[
            "Trois départs à la retraite d'artisans sur le secteur.",
            "Marchés d'entretien des bâtiments communaux à reprendre.",
        ],
    },
    Wish {
        title: "une maison d'assistantes maternelles",
        naf: "88.91A",
        sector: "social_economy",
        size: (400, 3_000),
        needs: &[
            "Plus de vingt enfants de moins de trois ans sans solution de garde.",
            "Maison de plain-pied avec jardin, travaux pris en charge par l'intercommunalité.",
        ],
    },
    Wish {
        title: "un garage automobile",
        naf: "45.20A",
        sector: "craft",
        size: (300, 2_000),
        needs: &[
            "Le dernier garage a fermé l'an dernier, bâtiment et ponts encore en place.",
            "Station-service communale à gérer en complément.",
        ],
    },
    Wish {
        title: "un gîte d'étape",
        naf: "55.20Z",
        sector: "hospitality",
        size: (60, 900),
        needs: &[
            "Étape manquante sur un itinéraire de grande randonnée.",
            "Ancien presbytère de huit pièces, appel à projet ouvert.",
        ],
    },
    Wish {
        title: "un producteur de fromages de chèvre",
        naf: "01.45Z",
        sector: "farming",
        size: (80, 1_500),
        needs: &[
            "Ferme communale de 24 hectares libérée au printemps.",
            "Le magasin de producteurs voisin n'a plus de fromage de chèvre.",
        ],
    },
    Wish {
        title: "un cabinet vétérinaire",
        naf: "75.00Z",
        sector: "liberal",
        size: (1_200, 6_600),
        needs: &[
            "Éleveurs du canton sans vétérinaire rural de proximité.",
            "Convention avec le département pour soutenir l'installation.",
        ],
    },
    Wish {
        title: "un atelier de réparation de vélos",
        naf: "95.29Z",
        sector: "social_economy",
        size: (900, 7_000),
        needs: &[
            "La voie verte ouvre l'an prochain et passe devant l'ancienne gare.",
            "Local partagé avec l'office de tourisme.",
        ],
    },
    Wish {
        title: "une boucherie",
        naf: "47.22Z",
        sector: "craft",
        size: (600, 2_500),
        needs: &[
            "Clientèle estimée à 1 800 habitants avec les villages voisins.",
            "Laboratoire laissé en place par le précédent exploitant.",
        ],
    },
];
