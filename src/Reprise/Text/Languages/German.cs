namespace Reprise.Text.Languages;

internal static class German
{
    public static LanguageRules Rules { get; } = new(
        beginnings: """
            der die das des dem den ein eine einer eines einem einen kein keine er sie es ich du wir ihr man dies diese dieser
            dieses jener jene jenes sein seine mein meine unser unsere ihre dein deine und aber oder doch denn sondern wenn
            als da weil während nachdem bevor obwohl dass daß ob in im an am auf aus bei mit nach von vom vor zu zum zur über
            unter durch für gegen ohne um seit bis zwischen hinter neben dann danach dort hier nun jetzt heute gestern morgen
            so auch nur noch schon nicht nie niemand nichts alle alles viele einige manche jeder jede jedes was wer wem wen wo
            wie warum wann welche welcher welches ist war sind waren hat hatte haben hatten wird wurde kann konnte soll muss
            musste ja nein vielleicht deshalb daher trotzdem jedoch außerdem später früher
            """,
        never: """
            hr hrn fr frl dr dres prof st ca etw bzw vgl sog evtl ggf inkl exkl insb insbes zzgl abzgl max~ geb verw bspw
            z.b d.h i.e o.g u.u dipl ing med phil jur rer nat theol habil frhr gebr hl hrsg Fa tgl allg lat griech engl frz dt
            gest rd mind lt einschl ausschl ehem gegr bes~ entspr betr verh verst zw
            """,
        beforeBeginning: """
            str bhf pl~ u.a v.a o.ä u.ä s.o s.u m.e z.t v.chr n.chr chr i.d.r e.v mwst abt abk verl univ jh jhs jhd jhdt jhdts
            resp exz mio mrd mill tsd co
            """,
        notBeforeNumber: """
            nr nrn Art Abs Anm Abb Bd Bde Kap Tab Ziff Tel jan jän feb febr mär apr jun jul aug sep sept okt nov dez
            Mo Di Mi Do Sa So bl aufl s Jg Rn Rdn Rz Tz Pos Kl Ausg
            """,
        afterNumber: "std min~ sek stk qm km kg cm mm",
        free: "usw etc usf u.s.w u.s.f ff f jr sen ges")
    {
        Ordinals = true,
        EndOfCompounds = "str",
    };
}
