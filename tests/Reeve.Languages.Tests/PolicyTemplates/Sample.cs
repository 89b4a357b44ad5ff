using Reeve.Languages.PolicyTemplates;

namespace Reeve.Languages.Tests.PolicyTemplates;

/// <summary>A small template without a fault, and ways to break it.</summary>
internal static class Sample
{
    public const string Text = """
        name "Old disks"
        rs_pt_ver 20180301
        type "policy"
        short_description "Finds old disks"
        long_description ""
        severity "low"
        category "Cost"
        default_frequency "daily"
        info(
          version: "1.0",
          "provider": "Example"
        )

        parameter "param_email" do
          type "list"
          label "Addresses"
          default []
        end

        parameter "param_days" do
          type "number"
          label "Days"
          min_value 1
          default 30
        end

        credentials "auth_cloud" do
          schemes "oauth2"
          label "Cloud"
          tags "provider=example"
        end

        pagination "pages" do
          get_page_marker do
            body_path "next"
          end
          set_page_marker do
            uri true
          end
        end

        datasource "ds_disks" do
          request do
            auth $auth_cloud
            pagination $pages
            host "api.example.com"
            path join(["/orgs/", rs_org_id, "/disks"])
            query "days", to_s($param_days)
            header "Accept", "application/json"
            ignore_status [403, 404]
          end
          result do
            encoding "json"
            collect jmes_path(response, "disks[*]") do
              field "id", jmes_path(col_item, "id")
              field "labels" do
                collect jmes_path(col_item, "labels") do
                  field "key", jmes_path(col_item, "key")
                end
              end
            end
          end
        end

        datasource "ds_old" do
          run_script $js_old, $ds_disks, $param_days
        end

        script "js_old", type: "javascript" do
          parameters "ds_disks", "param_days"
          result "result"
          code <<-'EOS'
          result = _.filter(ds_disks, function(disk) {
            return { a: disk.id
                     b: /\d+\n/.test(disk.id) }.b && param_days > 0
          })
        EOS
        end

        policy "pol_disks" do
          validate_each $ds_old do
            summary_template "{{ len data }} old disks"
            detail_template "Delete them"
            check eq(val(item, "id"), "")
            escalate $esc_email
            export do
              resource_level true
              field "id" do
                label "ID"
              end
            end
          end
        end

        escalation "esc_email" do
          automatic true
          label "Mail"
          email $param_email
          run "delete_all", data, rs_org_id
        end

        define delete_all($data, $org) return $all do
          $all = []
          foreach $disk in $data do
            sub on_error: handle() do
              call delete_one($disk, $org) retrieve $response
              $all << $response
            end
          end
        end

        define delete_one($disk, $org) return $response do
          $response = http_delete(
            auth: $$auth_cloud,
            url: "https://api.example.com/orgs/" + $org + "/disks/" + $disk["id"]
          )
          if $response["code"] != 204 && !($disk["id"] =~ /^tmp\//)
            raise "failed: " + to_json($response)
          end
        end

        define handle() do
          $_error_behavior = "skip"
        end

        """;

    public static IReadOnlyList<TemplateError> Broken(string what, string by)
    {
        Assert.Contains(what, Text, StringComparison.Ordinal);
        return PolicyTemplate.Compile(Text.Replace(what, by, StringComparison.Ordinal)).Errors;
    }

    public static PolicyTemplate Changed(string what, string by)
    {
        Assert.Contains(what, Text, StringComparison.Ordinal);
        var (template, errors) = PolicyTemplate.Compile(Text.Replace(what, by, StringComparison.Ordinal));
        Assert.Empty(errors);
        return template!;
    }

    public static int LineOf(string text) => Text[..Text.IndexOf(text, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
}
