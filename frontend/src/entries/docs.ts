/** The API page: Swagger UI from our own server, since nothing here may load from elsewhere. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

SwaggerUI({ dom_id: "#api", url: "/openapi.json", deepLinking: true, validatorUrl: null });
