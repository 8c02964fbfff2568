namespace Reprise.Text.Languages;

internal static class Portuguese
{
    public static LanguageRules Rules { get; } = new(
        beginnings: """
            o a os as um uma uns umas ele ela eles elas eu tu nós vós você vocês este esta estes estas isto esse essa esses
            essas isso aquele aquela aquilo meu minha teu tua seu sua nosso nossa e ou mas porém nem que se sim não em no na
            nos nas de do da dos das a ao à aos às por pelo pela para com sem sobre entre até desde quando enquanto como
            porque embora onde quem qual então depois antes agora hoje ontem amanhã aqui ali lá também já nunca sempre nada
            ninguém tudo todo toda todos todas cada alguns muitos outro outra é era foi são eram há havia está
            """,
        never: """
            sr sra srs sras srta dr dra drs D prof profa profs eng engº arq gen cel cap~ ten~ exmo exma ilmo sto sta pe aprox
            ca cf p.ex máx mín
            """,
        beforeBeginning: "av al~ ex~ s.a a.c d.c ltda ed~ vs",
        notBeforeNumber: """
            n n° nº no~ núm p pp pág págs vol vols fig figs art~ arts tel séc jan fev mar~ abr mai jun jul ago set out nov dez
            r
            """,
        afterNumber: "min seg km kg cm h",
        free: "etc cia jr")
    {
        LettersThatAreWords = "aeoàéó",
    };
}
