namespace Reprise.Text.Languages;

internal static class Spanish
{
    public static LanguageRules Rules { get; } = new(
        beginnings: """
            el la los las lo un una unos unas él ella ellos ellas yo tú nosotros nosotras usted ustedes este esta estos estas
            esto ese esa esos esas eso aquel aquella aquellos aquellas aquello mi mis tu tus su sus nuestro nuestra y e o u
            pero mas sino ni que si sí no en de del a al por para con sin sobre entre hasta desde hacia según cuando mientras
            como porque aunque donde quien qué quién cómo dónde cuándo cuál por entonces luego después antes ahora hoy ayer
            mañana aquí allí también tampoco ya nunca siempre nada nadie todo toda todos todas cada algunos algunas muchos
            muchas otro otra otros otras se me te le les nos es era fue son eran hay había está estaba ha tiene tenía así
            además quizá tal
            """,
        never: """
            sr sra srta sres sras dr dra dres d.ª D dña dª prof profa ing lic arq gral cnel tte cap~ capt mons fr fco sto sta
            pbro excmo excma ilmo rvdo aprox ej p.ej cf ca máx mín avda admón vs
            """,
        beforeBeginning: "av ud uds vd vds EE UU FF AA RR HH CC OO JJ s.a s.l a.c d.c n.º hnos dpto depto izq dcha ed~ edit ntra",
        notBeforeNumber: """
            n° nº núm núms no~ p pp pág págs vol vols fig figs art~ arts tel tlf ene feb abr may~ jun jul ago sept oct nov dic
            c t
            """,
        afterNumber: "min~ seg km kg cm h hab",
        free: "etc cía jr",
        time: "a.m p.m")
    {
        LettersThatAreWords = "ayeou",
    };
}
