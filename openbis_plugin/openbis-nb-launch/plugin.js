// Adds "New Jupyter notebook" to the More… menu of collections, objects and data sets, and to Utilities; and to those
// menus the way to the notebooks that are stored there, or that used the data set.
// The session goes to JupyterHub in the body of a form, never in an address.
//
// The ELN waits for every plugin, and one that throws keeps it from starting: nothing here may throw. It also hides
// every object type that a plugin lists without SHOW, lets one plugin's definition of a type replace another's, and
// writes what it lists into its settings. So nothing is listed: the entry is put in when a form is about to be
// painted, as a property that enumeration and JSON do not see.
function OpenbisNbLaunch() {
    this.init();
}

(function () {
    var LABEL = "New Jupyter notebook";
    var TITLE = "Choose data, template and name, and open the notebook in JupyterLab";
    var STORED = {
        label: "Notebooks stored here",
        title: "All notebooks that are stored here, with their versions"
    };
    var USED = {
        label: "Notebooks that used this",
        title: "All notebooks that used this data set, and which of them are out of date"
    };
    var FOLDER = "./plugins/openbis-nb-launch/";

    function quietly(work, otherwise) {
        try {
            return work();
        } catch (error) {
            if (window.console) {
                console.warn("openbis-nb-launch: " + error);
            }
            return otherwise;
        }
    }

    // The ELN has an entry of that name itself if it knows an integration service.
    function label() {
        return LABEL + (profile.jupyterIntegrationServerEndpoint ? " from a template" : "");
    }

    // A permId or identifier is a text in v1 objects, and an object that holds it in V3 ones.
    function text(value, key) {
        if (typeof value === "string") {
            return value;
        }
        return value && typeof value[key] === "string" ? value[key] : "";
    }

    function nameOf(entity) {
        return entity ? text(entity.permId, "permId") || text(entity.identifier, "identifier") : "";
    }

    // Only an address that an admin has written into settings.js; http and https only.
    function hub() {
        var address = typeof OPENBIS_NB_HUB === "string" ? OPENBIS_NB_HUB : "";
        return /^https?:\/\/[^\/?#@]+\/([^?#]*\/)?$/.test(address) ? address : "";
    }

    function launcher(place, kind, inputs) {
        var asked = [];
        if (place) {
            asked.push("place=" + encodeURIComponent(place));
        }
        if (place && kind) {
            asked.push("kind=" + kind);
        }
        for (var number = 0; number < inputs.length; number++) {
            asked.push("input=" + encodeURIComponent(inputs[number]));
        }
        return pages() + (asked.length ? "new?" + asked.join("&") : "");
    }

    // The path of the launcher's and the library's pages.
    function pages() {
        return hub().replace(/^https?:\/\/[^\/]+/, "") + "services/openbis/";
    }

    function library(kind, permId) {
        var asked = encodeURIComponent(permId);
        return pages() + "library" + (kind === "dataSet" ? "/data-set/" + asked : "?" + kind + "=" + asked);
    }

    function field(form, name, value) {
        var input = document.createElement("input");
        input.type = "hidden";
        input.name = name;
        input.value = value;
        form.appendChild(input);
    }

    function open(next) {
        var form = document.createElement("form");
        form.method = "post";
        form.action = hub() + "hub/openbis/handover";
        form.target = "_blank";
        form.rel = "noopener";
        form.style.display = "none";
        field(form, "token", mainController.serverFacade.getSession());
        field(form, "next", next);
        document.body.appendChild(form);
        form.submit();
        document.body.removeChild(form);
    }

    function openFor(kind, entity) {
        if (kind === "dataSet") {
            var owner = entity.sample || entity.experiment;
            open(launcher(nameOf(owner), entity.sample ? "object" : "experiment", [nameOf(entity)]));
        } else {
            open(launcher(nameOf(entity), kind, []));
        }
    }

    function entries(kind, mode, entity) {
        var viewed = typeof FormMode === "undefined" || mode === FormMode.VIEW;
        if (!viewed || !hub() || !nameOf(entity)) {
            return [];
        }
        var found = [entry({ label: label(), title: TITLE }, function () { openFor(kind, entity); })];
        var permId = text(entity.permId, "permId");
        if (permId) {
            var known = kind === "dataSet" ? USED : STORED;
            found.push(entry(known, function () { open(library(kind, permId)); }));
        }
        return found;
    }

    function entry(words, act) {
        return { label: words.label, title: words.title, action: function () { quietly(act); } };
    }

    // Beside what another plugin has put there.
    function addTo(definition, kind) {
        var before = definition.extraToolbarDropdown;
        if (before && before.openbisNbLaunch) {
            return;
        }
        var both = function (mode, entity) {
            var own = quietly(function () { return entries(kind, mode, entity); }, []);
            return typeof before === "function" ? [].concat(before.apply(this, arguments) || [], own) : own;
        };
        both.openbisNbLaunch = true;
        Object.defineProperty(definition, "extraToolbarDropdown", {
            value: both, enumerable: typeof before === "function", configurable: true, writable: true
        });
    }

    // A type without a definition gets one that steps aside as soon as the ELN writes its own.
    function ensure(definitions, type, kind) {
        if (!definitions || typeof type !== "string" || !type) {
            return;
        }
        if (!definitions[type]) {
            var made = {};
            Object.defineProperty(definitions, type, {
                configurable: true,
                enumerable: false,
                get: function () { return made; },
                set: function (value) {
                    Object.defineProperty(definitions, type, {
                        value: value, enumerable: true, configurable: true, writable: true
                    });
                }
            });
        }
        addTo(definitions[type], kind);
    }

    function spaceSettings(space) {
        if (typeof SettingsManagerUtils === "undefined" || !SettingsManagerUtils.getSpaceSettings) {
            return null;
        }
        return quietly(function () { return SettingsManagerUtils.getSpaceSettings(space); }, null);
    }

    // What the forms read right after this: of the profile, and in later versions of the space's settings.
    function beforeForm(viewType, model) {
        if (viewType === 2 && model.experiment) {
            ensure(profile.experimentTypeDefinitionsExtension, model.experiment.experimentTypeCode, "experiment");
        } else if (viewType === 3 && model.sample) {
            var settings = spaceSettings(model.sample.spaceCode);
            ensure(profile.sampleTypeDefinitionsExtension, model.sample.sampleTypeCode, "object");
            ensure(settings && settings.sampleTypeDefinitionsExtension, model.sample.sampleTypeCode, "object");
        } else if (viewType === 4 && model.dataSetV3 && model.dataSetV3.type) {
            ensure(profile.dataSetTypeDefinitionsExtension, model.dataSetV3.type.code, "dataSet");
        }
    }

    function loadSettings() {
        var script = document.createElement("script");
        script.src = FOLDER + "settings.js";
        document.head.appendChild(script);
    }

    function extend(target, source) {
        for (var key in source) {
            target[key] = source[key];
        }
    }

    if (typeof ELNLIMSPlugin !== "undefined") {
        extend(OpenbisNbLaunch.prototype, ELNLIMSPlugin.prototype);
    }
    extend(OpenbisNbLaunch.prototype, {
        init: function () {
            quietly(loadSettings);
        },
        experimentTypeDefinitionsExtension: {},
        sampleTypeDefinitionsExtension: {},
        dataSetTypeDefinitionsExtension: {},
        beforeViewPaint: function (viewType, model) {
            quietly(function () { beforeForm(viewType, model); });
        },
        getExtraUtilities: function () {
            return [{
                icon: "fa fa-book",
                uniqueViewName: "OPENBIS_NB_LAUNCH",
                label: LABEL,
                paintView: function ($header, $content) {
                    quietly(function () {
                        $header.append($("<h1>").text(LABEL));
                        var $button = $("<a>", { "class": "btn btn-default", "id": "openbis-nb-launch" });
                        $button.text("Open the launcher in JupyterHub");
                        $button.click(function () {
                            quietly(function () { open(launcher("", "", [])); });
                        });
                        var missing = "An admin has to name JupyterHub in plugins/openbis-nb-launch/settings.js.";
                        $content.append(hub() ? $button : $("<p>").text(missing));
                    });
                }
            }];
        }
    });
})();

profile.plugins.push(new OpenbisNbLaunch());
