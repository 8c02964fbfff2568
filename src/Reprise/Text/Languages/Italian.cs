namespace Reprise.Text.Languages;

internal static class Italian
{
    public static LanguageRules Rules { get; } = new(
        beginnings: """
            il lo la i gli le l un uno una egli ella lui lei loro noi voi io tu essi esse questo questa questi queste quello
            quella quelli quelle ciò mio mia tuo tua suo sua nostro nostra vostro e ed ma o però poi allora quindi dunque
            quando mentre se che chi come dove perché anche ancora nel nella nei nelle nell in con per da dal dalla di del
            della dei delle a al alla ai alle su sul sulla tra fra senza dopo prima non ora oggi ieri domani qui lì là sì no
            tutto tutti ogni nessuno niente è era erano sono ha aveva c si mi ti ci vi
            """,
        never: """
            sig sigg sig.ra sig.na dott dott.ssa dr prof prof.ssa avv ing arch rag geom on~ mons don~ S ss ca cfr es~ p.es
            ecc.mo spett gent egr
            """,
        beforeBeginning: "a.c d.c s.p.a s.r.l v.le p.za c.so ed~ op~",
        notBeforeNumber: """
            n nn n° nº nr p pp pag pagg cap~ vol voll fig figg art~ artt tel gen~ feb mar~ apr mag giu lug ago sett ott nov
            dic
            """,
        free: "ecc etc")
    {
        LettersThatAreWords = "aeioè",
        Elides = true,
    };
}
