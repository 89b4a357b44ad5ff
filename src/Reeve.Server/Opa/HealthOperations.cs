using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Whether the service is well: <c>/health</c>, and what the policy <c>system.health</c> says of it.</summary>
internal sealed class HealthOperations(OpaRoom room)
{
    private volatile bool _wereAllReady;

    public ValueTask GetAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var bundlesAreActive = room.Bundles.All(b => b.State.IsActive);
        if ((OpaParameters.Flag(query, "bundles") || OpaParameters.Flag(query, "bundle")) && !bundlesAreActive)
        {
            return AnswerAsync(http, "one or more bundles are not activated");
        }

        var excluded = query["exclude-plugin"];
        return OpaParameters.Flag(query, "plugins") && Plugins().Any(p => p.State != "OK" && !excluded.Contains(p.Name))
            ? AnswerAsync(http, "one or more plugins are not up")
            : AnswerAsync(http, null);
    }

    /// <summary><c>/health/PATH</c>: the document of that name in the package <c>system.health</c> must be true.</summary>
    public ValueTask GetAsync(HttpContext http, string path)
    {
        var plugins = Plugins().ToList();
        if (plugins.All(p => p.State == "OK"))
        {
            _wereAllReady = true;
        }

        var input = DataTree.ObjectOf(
        [
            new("plugin_state", DataTree.ObjectOf(plugins.Select(p => new KeyValuePair<string, Value>(p.Name, DataTree.Of(p.State))))),
            new("plugins_ready", DataTree.Of(_wereAllReady)),
        ]);
        var shown = OpaProgram.QueryOf(OpaPath.Parse($"system/health/{path}"));
        try
        {
            var found = room.Decider.Document(room.Policies.Current, $"system/health/{path}", input, default, http.RequestAborted);
            return found switch
            {
                BooleanValue { Boolean: true } => AnswerAsync(http, null),
                null => AnswerAsync(http, $"health check ({shown}) was undefined"),
                _ => AnswerAsync(http, $"health check ({shown}) returned unexpected value"),
            };
        }
        catch (OpaProblem problem) when (problem.Status == StatusCodes.Status500InternalServerError)
        {
            return AnswerAsync(http, problem.Errors.Count > 0 ? $"{problem.Errors[0].Code}: {problem.Errors[0].Message}" : problem.Message);
        }
    }

    /// <summary>The parts that may be well or not, under OPA's names.</summary>
    public IEnumerable<(string Name, string State)> Plugins()
    {
        if (room.Bundles.Count > 0)
        {
            yield return ("bundle", room.Bundles.All(b => b.State.IsActive) ? "OK" : "NOT_READY");
        }

        if (room.Log is not null)
        {
            yield return ("decision_logs", "OK");
        }

        if (room.Config.Status)
        {
            yield return ("status", "OK");
        }
    }

    private static ValueTask AnswerAsync(HttpContext http, string? error) => OpaReply.WriteAsync(
        http, error is null ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, false, error, static (writer, e) =>
        {
            writer.WriteStartObject();
            if (e is not null)
            {
                writer.WriteString("error", e);
            }

            writer.WriteEndObject();
        });
}
