using System.Text.Json;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies;

namespace Reeve.Senlin.Rest;

/// <summary>Policies that are kept, to be attached to clusters.</summary>
internal static class PolicyRecordRoutes
{
    private static readonly ListRequest<PolicyRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<PolicyRecord, string?>>
        {
            ["name"] = p => p.Name,
            ["type"] = p => p.Type,
        },
        Keys = new Dictionary<string, Func<PolicyRecord, IComparable?>>
        {
            ["name"] = p => p.Name,
            ["type"] = p => p.Type,
            ["created_at"] = p => p.CreatedAt,
            ["updated_at"] = p => p.UpdatedAt,
        },
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/policies", call => call.ListAsync("policies", Listed.Select(call, call.Registry.Policies), Views.Write));
        routes.Post("/v1/policies", CreateAsync);
        routes.Get("/v1/policies/{id}", call => ReplyAsync(call, 200, Find(call)));
        routes.Patch("/v1/policies/{id}", UpdateAsync);
        routes.Delete("/v1/policies/{id}", DeleteAsync);
    }

    private static async Task CreateAsync(SenlinCall call)
    {
        var policy = await RequestBody.UnderAsync(call, "policy");
        var body = new RequestBody(policy, "name", "spec");
        var spec = PolicyRoutes.SpecOf(policy);
        _ = body.Required("name");
        var name = body.Name("name")!;
        var read = PolicyReader.Read(spec, isUpstream: true, call.Room.MinHealthInterval);
        PolicyRoutes.Refuse(read);
        var record = new PolicyRecord
        {
            Id = Uuid.New(),
            Name = name,
            Type = read.TypeName,
            Spec = spec,
            Owner = call.Caller,
            CreatedAt = call.Registry.Now,
        };
        if (Cloud.PlaceCheck.Of(read) is { } problem)
        {
            throw new SenlinFault(400, "InvalidSpec", problem);
        }

        await call.Registry.PutAsync(record);
        await ReplyAsync(call, 201, record);
    }

    private static async Task UpdateAsync(SenlinCall call)
    {
        var policy = await RequestBody.UnderAsync(call, "policy");
        if (!policy.TryGetProperty("name", out _))
        {
            throw SenlinFault.BadRequest("'name' is a required property");
        }

        var body = new RequestBody(policy, "name");
        var record = Find(call);
        var name = body.Name("name") ?? throw SenlinFault.BadRequest("The value for the name field must be a string.");
        if (name == record.Name)
        {
            throw SenlinFault.NothingToChange();
        }

        record = record with { Name = name, UpdatedAt = call.Registry.Now };
        await call.Registry.PutAsync(record);
        await ReplyAsync(call, 200, record);
    }

    private static async Task DeleteAsync(SenlinCall call)
    {
        var policy = Find(call);
        if (call.Registry.Clusters.All.Any(c => c.Policies.Any(p => p.PolicyId == policy.Id)))
        {
            throw SenlinFault.Conflict(
                "ResourceInUse", $"The policy '{call.Route("id")}' cannot be deleted: still attached to some clusters.");
        }

        await call.Registry.RemoveAsync(policy);
        await call.NothingAsync();
    }

    private static PolicyRecord Find(SenlinCall call) => call.Find(call.Registry.Policies, "policy", call.Route("id"));

    private static Task ReplyAsync(SenlinCall call, int status, PolicyRecord policy) =>
        call.OneAsync(status, "policy", writer => Views.Write(writer, policy));
}
