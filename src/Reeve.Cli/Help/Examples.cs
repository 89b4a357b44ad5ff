namespace Reeve.Cli.Help;

/// <summary>
/// Commands that show what a verb is for, by the words that lead to it. Help prints them, the reference lists them, and the tests run
/// each: <c># ends with 1</c> and <c># until Ctrl-C</c> behind one say how it ends.
/// </summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByVerb = new(StringComparer.Ordinal)
    {
        ["serve"] =
        [
            "reeve serve --data reeve-data --auth none  # until Ctrl-C",
            "reeve serve --config reeve.yaml  # until Ctrl-C",
            "reeve serve --urls https://0.0.0.0:8470 --tls-cert server.crt --tls-key server.key  # until Ctrl-C",
            "reeve serve --auth none --riemann --opa-port 8181 --senlin-port 8778  # until Ctrl-C",
        ],
        ["apply"] =
        [
            "reeve apply -f shop.yaml --dry-run",
            "reeve apply -f shop --diff",
            "reeve apply -f shop --prune --selector team=shop --yes",
        ],
        ["get"] =
        [
            "reeve get targets",
            "reeve get policy busy -o yaml",
            "reeve get target shop --document -o yaml",
            "reeve get bindings --watch  # until Ctrl-C",
        ],
        ["delete"] = ["reeve delete silence night", "reeve delete -f old.yaml"],
        ["policy-type list"] = ["reeve policy-type list"],
        ["policy-type show"] = ["reeve policy-type show reeve.threshold-1.0"],
        ["incident list"] = ["reeve incident list --status triggered", "reeve incident list --target shop --since 2h"],
        ["incident show"] = ["reeve incident show inc-01m7y3d3330001cdz05v"],
        ["approve"] = ["reeve approve", "reeve approve apr-01m7y3d3by0001w9m2ew --comment 'the sale has begun'"],
        ["deny"] = ["reeve deny", "reeve deny apr-01m7y3d3by0002w9m2ew --comment 'not before noon'"],
        ["exec list"] = ["reeve exec list --target shop", "reeve exec list --status failed --since 24h -o json"],
        ["exec show"] = ["reeve exec show exe-01m7y3d3330001cdz05v"],
        ["exec start"] =
        [
            "reeve exec start scale_out shop/web --dry-run",
            "reeve exec start scale_out shop/web --wait",
            "reeve exec start tidy shop --workflow --with days=7 --wait",
        ],
        ["exec cancel"] = ["reeve exec cancel exe-01m7y3d3330003cdz05v"],
        ["exec resume"] = ["reeve exec resume exe-01m7y3d3330002cdz05v"],
        ["events"] = ["reeve events --since 2h --status action.held", "reeve events --follow --target shop  # until Ctrl-C"],
        ["events send"] = ["reeve events send shop/web load 95", "reeve events send -f events.jsonl"],
        ["explain"] =
        [
            "reeve explain execution exe-01m7y3d3330001cdz05v", "reeve explain binding grow",
            "reeve explain incident inc-01m7y3d3330001cdz05v",
        ],
        ["query"] = ["reeve query 'service = \"cpu\" and metric > 0.9' --events events.jsonl"],
        ["token create"] = ["reeve token create ci --grant author@default/default --expires-in 30d"],
        ["token list"] = ["reeve token list"],
        ["token revoke"] = ["reeve token revoke tok-01m7y3d3330001cdz05v"],
        ["whoami"] = ["reeve whoami"],
        ["secret set"] = ["reeve secret set pager < pager.txt"],
        ["secret list"] = ["reeve secret list"],
        ["secret delete"] = ["reeve secret delete pager"],
        ["secret rotate"] = ["reeve secret rotate"],
        ["plugin list"] = ["reeve plugin list"],
        ["plugin reload"] = ["reeve plugin reload"],
        ["check"] = ["reeve check policies", "reeve check template.pt --compile-only -o json"],
        ["fmt"] = ["reeve fmt policies --list", "reeve fmt policies --write"],
        ["run"] =
        [
            "reeve run template.pt --param param_days=30  # ends with 1",
            "reeve run template.pt --credentials credentials.yaml --datasource ds_idle -o json",
        ],
        ["simulate"] = ["reeve simulate busy.clj --events events.jsonl", "reeve simulate -f shop.yaml --events events.jsonl"],
        ["eval"] =
        [
            "reeve eval -d policies -i input.json data.authz.allow",
            "reeve eval -d policies -i input.json -f raw --fail data.authz.allow",
        ],
        ["test"] = ["reeve test policies", "reeve test policies --run allow --verbose --coverage"],
        ["demo"] = ["reeve demo  # until Ctrl-C"],
        ["context list"] = ["reeve context list"],
        ["context set"] =
        [
            "reeve context set here --server http://127.0.0.1:8470",
            "reeve context set prod --server https://reeve.example.com --tenant acme --token-stdin < token.txt",
        ],
        ["context use"] = ["reeve context use here"],
        ["context delete"] = ["reeve context delete prod"],
        ["completion"] = ["reeve completion bash > reeve.bash"],
        ["backup"] = ["reeve backup before.backup --data reeve-data"],
        ["restore"] =
        [
            "reeve restore before.backup --check", "reeve restore before.backup --data restored",
            "reeve restore before.backup --data restored --replace",
        ],
        ["build"] = ["reeve build policies --output bundle.tar.gz --revision 7"],
    };

    /// <summary>The examples of a verb; none when it only has others below it.</summary>
    /// <param name="verb">The words that lead to it, such as <c>exec start</c>.</param>
    public static IReadOnlyList<string> Of(string verb) => ByVerb.GetValueOrDefault(verb, []);

    /// <summary>The verbs that have examples, in the order in which help lists them.</summary>
    public static IEnumerable<string> Verbs => ByVerb.Keys;
}
