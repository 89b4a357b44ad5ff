using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Errors;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/plugins</c>: what plug-ins are at work, and a look into their folder for new, changed and gone ones.</summary>
internal static class PluginOperations
{
    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/plugins", Needs.ViewerEverywhere, ListAsync);
        routes.PostOnce("/api/v1/plugins/reload", Needs.AdminEverywhere, ReloadAsync);
    }

    private static Task ListAsync(ApiCall call) => call.WriteAsync(StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var plugin in call.State.Plugins.Loaded)
        {
            writer.WriteStartObject();
            writer.WriteString("name", plugin.Name);
            writer.WriteString("version", plugin.Version);
            writer.WriteString("hash", plugin.Hash);
            writer.WriteStartArray("brings");
            foreach (var (kind, name) in plugin.Brings)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", kind);
                writer.WriteString("name", name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static async Task ReloadAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        if (!call.State.Plugins.IsOpen)
        {
            throw new ApiProblem(ErrorCodes.Conflict, "plugins: this reeve has no folder of plug-ins; start it with `--plugins DIR`");
        }

        // from here on it is carried through, whether the caller waits or not
        var changes = await call.State.Plugins.LookAsync(CancellationToken.None);
        var notes = new ChangeSet();
        foreach (var change in changes.Where(c => c.What != "unchanged"))
        {
            notes.Journal.Add(new JournalEntry
            {
                At = call.State.Runtime.Time.GetUtcNow(),
                Scope = Scope.Default,
                Kind = JournalKinds.PluginChanged,
                Who = call.Who,
                // the reason names documents, and those may be another tenant's
                Summary = $"plug-in `{change.Name}` {change.What}",
            });
        }

        if (!notes.IsEmpty)
        {
            await call.State.Changes.CommitAsync(notes, CancellationToken.None);
        }

        await call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("changes");
            foreach (var change in changes)
            {
                writer.WriteStartObject();
                writer.WriteString("name", change.Name);
                writer.WriteString("change", change.What);
                if (change.Problem is not null)
                {
                    writer.WriteString("problem", change.Problem);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
