using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>Profiles and their types.</summary>
internal static class ProfileRoutes
{
    private static readonly ListRequest<ProfileRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<ProfileRecord, string?>>
        {
            ["name"] = p => p.Name,
            ["type"] = p => p.Type,
        },
        Keys = new Dictionary<string, Func<ProfileRecord, IComparable?>>
        {
            ["name"] = p => p.Name,
            ["type"] = p => p.Type,
            ["created_at"] = p => p.CreatedAt,
            ["updated_at"] = p => p.UpdatedAt,
        },
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/profile-types", ListTypesAsync);
        routes.Get("/v1/profile-types/{name}", call =>
        {
            var type = Type(call);
            return call.OneAsync(200, "profile_type", writer => type.Write(writer, call.Minor >= 5));
        });
        routes.Get("/v1/profile-types/{name}/ops", call =>
        {
            call.NeedsMinor(4);
            var type = Type(call);
            return call.OneAsync(200, "operations", type.Operations.WriteTo);
        });
        routes.Get("/v1/profiles", call => call.ListAsync("profiles", Listed.Select(call, call.Registry.Profiles), Views.Write));
        routes.Post("/v1/profiles", CreateAsync);
        routes.Post("/v1/profiles/validate", ValidateAsync);
        routes.Get("/v1/profiles/{id}", call => ReplyAsync(call, 200, Find(call)));
        routes.Patch("/v1/profiles/{id}", UpdateAsync);
        routes.Delete("/v1/profiles/{id}", DeleteAsync);
    }

    /// <summary>Throws when nodes of the profile cannot do this.</summary>
    public static void CheckOperation(ProfileRecord? profile, string operation, JsonElement parameters)
    {
        var type = profile is null ? null : ProfileType.Find(profile.Type);
        if (type is null || !type.Operations.TryGetProperty(operation, out var known))
        {
            var names = type is null ? "" : string.Join(", ", type.Operations.EnumerateObject().Select(o => o.Name));
            throw SenlinFault.Refused($"The requested operation '{operation}' is not supported by the profile type "
                + $"'{profile?.Type}'; it supports: {names}.");
        }

        foreach (var parameter in parameters.EnumerateObject())
        {
            if (!known.GetProperty("parameters").TryGetProperty(parameter.Name, out var schema))
            {
                throw SenlinFault.Refused($"Unrecognizable parameter '{parameter.Name}' of the operation '{operation}'.");
            }

            if (schema.TryGetProperty("constraints", out var constraints)
                && !constraints[0].GetProperty("constraint").EnumerateArray().Any(c => c.GetString() == parameter.Value.ToString()))
            {
                throw SenlinFault.Refused($"'{parameter.Value}' must be one of the allowed values: "
                    + string.Join(", ", constraints[0].GetProperty("constraint").EnumerateArray().Select(c => c.GetString())));
            }
        }
    }

    private static Task ListTypesAsync(SenlinCall call) => call.ListAsync("profile_types", ProfileType.Listed, (writer, type) =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", call.Minor >= 5 ? type.Name : type.FullName);
        if (call.Minor >= 5)
        {
            writer.WriteString("version", type.Version);
            writer.WritePropertyName("support_status");
            type.WriteSupport(writer);
        }

        writer.WriteEndObject();
    });

    private static async Task CreateAsync(SenlinCall call)
    {
        var given = await RequestBody.UnderAsync(call, "profile");
        var body = new RequestBody(given, "name", "spec", "metadata");
        var spec = PolicyRoutes.SpecOf(given);
        var name = body.Name("name") ?? body.Required("name");
        var profile = new ProfileRecord
        {
            Id = Uuid.New(),
            Name = name,
            Type = TypeOf(spec, $"Failed in creating profile {name}: "),
            Spec = spec,
            Metadata = body.Map("metadata") ?? Json.EmptyObject,
            Owner = call.Caller,
            CreatedAt = call.Registry.Now,
        };
        if (spec.GetProperty("properties").Text("availability_zone") is { Length: > 0 } zone
            && profile.Type.StartsWith("os.nova", StringComparison.Ordinal) && !SimulatedCloud.Zones.Contains(zone))
        {
            throw new SenlinFault(
                400, "InvalidSpec", $"Failed in creating profile {name}: The specified availability_zone '{zone}' could not be found");
        }

        await call.Registry.PutAsync(profile);
        await ReplyAsync(call, 201, profile);
    }

    private static async Task ValidateAsync(SenlinCall call)
    {
        call.NeedsMinor(2);
        var given = await RequestBody.UnderAsync(call, "profile");
        _ = new RequestBody(given, "spec");
        var spec = PolicyRoutes.SpecOf(given);
        var type = TypeOf(spec, "");
        await call.OneAsync(200, "profile", writer =>
        {
            writer.WriteStartObject();
            writer.WriteNull("id");
            writer.WriteString("name", "validated_profile");
            writer.WriteString("type", type);
            writer.WritePropertyName("spec");
            spec.WriteTo(writer);
            writer.WriteStartObject("metadata");
            writer.WriteEndObject();
            writer.WriteString("user", call.Caller.User);
            writer.WriteString("project", call.Caller.Project);
            writer.WriteString("domain", call.Caller.Domain);
            writer.WriteNull("created_at");
            writer.WriteNull("updated_at");
            writer.WriteEndObject();
        });
    }

    private static async Task UpdateAsync(SenlinCall call)
    {
        var body = new RequestBody(await RequestBody.UnderAsync(call, "profile"), "name", "metadata");
        var profile = Find(call);
        var name = body.Name("name") ?? profile.Name;
        var metadata = body.Map("metadata") ?? profile.Metadata;
        if (name == profile.Name && JsonElement.DeepEquals(metadata, profile.Metadata))
        {
            throw SenlinFault.NothingToChange();
        }

        profile = profile with
        {
            Name = name,
            Metadata = metadata,
            UpdatedAt = call.Registry.Now,
        };
        await call.Registry.PutAsync(profile);
        await ReplyAsync(call, 200, profile);
    }

    private static async Task DeleteAsync(SenlinCall call)
    {
        var profile = Find(call);
        if (call.Registry.Clusters.All.Any(c => c.ProfileId == profile.Id) || call.Registry.Nodes.All.Any(n => n.ProfileId == profile.Id))
        {
            throw SenlinFault.Conflict(
                "ResourceInUse",
                $"The profile '{call.Route("id")}' cannot be deleted: still referenced by some clusters and/or nodes.");
        }

        await call.Registry.RemoveAsync(profile);
        await call.NothingAsync();
    }

    private static string TypeOf(JsonElement spec, string prefix)
    {
        var (type, name, mistakes) = ProfileType.Read(spec);
        if (type is null && mistakes.Count == 0)
        {
            throw SenlinFault.NotFound("profile_type", name);
        }

        if (mistakes.Count > 0)
        {
            throw new SenlinFault(
                400, "InvalidSpec",
                prefix + string.Join("; ", mistakes.Select(m => m.Path.Length == 0 ? m.Message : $"{m.Path}: {m.Message}")));
        }

        return name;
    }

    private static ProfileType Type(SenlinCall call) =>
        ProfileType.Find(call.Route("name")) ?? throw SenlinFault.NotFound("profile_type", call.Route("name"));

    private static ProfileRecord Find(SenlinCall call) => call.Find(call.Registry.Profiles, "profile", call.Route("id"));

    private static Task ReplyAsync(SenlinCall call, int status, ProfileRecord profile) =>
        call.OneAsync(status, "profile", writer => Views.Write(writer, profile));
}
